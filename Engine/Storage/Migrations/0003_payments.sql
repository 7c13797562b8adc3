-- Why: a payment is one small row while it is open (inserted, then deleted) and one appended row when it is final;
-- measured, this is 1.7 times faster than updating one row. Every key begins with the lane.

create table open_payments (
  lane                smallint    not null,
  subscriber_id       bigint      not null,
  id                  bigint      not null,
  state               smallint    not null,   -- PaymentState
  number              integer     not null,   -- the subscriber's own count; reference and code follow from it
  merchant_id         integer     not null,
  item                text,
  source              smallint    not null,   -- FundingKind
  asked_minor         bigint      not null,   -- the amount that the subscriber named; 0 = none
  amount_minor        bigint      not null,   -- 0 until the merchant has set it
  currency            smallint    not null,
  request_fingerprint integer     not null,
  reply_path          text        not null,
  requested_at        timestamptz not null,
  due_at              timestamptz not null,   -- when the lane must look at it again: quote overdue, confirmation expired
  description         text,                   -- the merchant's words for what is bought
  quote_id            text,
  constraint open_payments_pkey primary key (lane, subscriber_id, id),
  constraint open_payments_amount_check check (amount_minor >= 0 and asked_minor >= 0)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);

create table payments (
  lane          smallint    not null,
  day           date        not null,         -- UTC day on which it became final
  id            bigint      not null,
  subscriber_id bigint      not null,
  number        integer     not null,
  merchant_id   integer     not null,
  source        smallint    not null,
  outcome       smallint    not null,         -- PaymentOutcome
  amount_minor  bigint      not null,
  currency      smallint    not null,
  requested_at  timestamptz not null,
  ended_at      timestamptz not null,
  item          text,
  quote_id      text,
  consent       bytea,                        -- what was agreed to: a link of the subscriber's chain, SHA-256(link before, payment, keyed hash of the answer)
  constraint payments_pkey primary key (lane, id, day)
) partition by range (day);

grant select, insert, update, delete on open_payments to carrierpay_engine, carrierpay_admin;
grant select, insert on payments to carrierpay_engine, carrierpay_admin;
grant select on open_payments, payments to carrierpay_readonly;
