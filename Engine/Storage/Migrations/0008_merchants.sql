-- Why: merchants and what they sell. Read into one snapshot per version; a payment never touches these rows.

create table merchants (
  id               integer generated always as identity,
  keyword          text    not null,
  name             text    not null,
  status           smallint not null,          -- MerchantStatus
  quote_url        text,
  notice_url       text,
  secret           bytea,                      -- whsec_..., encrypted; its key is outside the database
  ceiling_minor    bigint,                     -- the most that a quote may ask
  constraint merchants_pkey primary key (id),
  constraint merchants_keyword_key unique (keyword),
  constraint merchants_ceiling_check check (ceiling_minor > 0)
);

create table products (
  merchant_id   integer not null,
  code          text    not null,
  name          text    not null,
  price_minor   bigint,                        -- null: the merchant is asked
  ceiling_minor bigint,
  constraint products_pkey primary key (merchant_id, code),
  constraint products_merchant_fkey foreign key (merchant_id) references merchants (id),
  constraint products_price_check check (price_minor > 0),
  constraint products_ceiling_check check (ceiling_minor > 0)
);

create table contracts (
  merchant_id        integer not null,
  valid_from         date    not null,
  share_basis_points integer not null,         -- the merchant's part of the gross amount
  constraint contracts_pkey primary key (merchant_id, valid_from),
  constraint contracts_merchant_fkey foreign key (merchant_id) references merchants (id),
  constraint contracts_share_check check (share_basis_points between 0 and 10000)
);

grant select on merchants, products, contracts to carrierpay_engine, carrierpay_readonly;
grant select, insert, update on merchants, products, contracts to carrierpay_admin;
grant update on reference_version to carrierpay_admin;
