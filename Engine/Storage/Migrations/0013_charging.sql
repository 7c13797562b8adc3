-- Why: some money is kept by others, the operator's charging system and banks. What they are asked is stored before it is sent, with all by which they
-- know it, and stays until its outcome is known. A payment from the prepaid account writes no row and no octet more for it.

alter table connector_calls
  add column attempts smallint not null default 0,  -- how often it was taken up again: from 1 on its octets may have left before
  add column bank     text     not null default ''; -- the bank's code; empty = the charging system, or a quote
-- next_attempt_at: when somebody must look at it again, whoever owns it; infinity = never by itself, a person decides.

alter table open_payments
  add column charging_at timestamptz,               -- when it went to the system that keeps the money
  add column bank        smallint,                  -- the number of the bank that charges it
  add column consent     bytea;                     -- see payments.consent; kept here while the outcome is not known
-- due_at: infinity = a charge that takes long, and the subscriber has been told so.

-- A subscriber's bank account. Only the state changes: what was charged to an account is reversed at that account, whatever is linked by then.
create table bank_links (
  lane          smallint    not null,
  subscriber_id bigint      not null,
  id            bigint      not null,
  bank          text        not null,
  state         smallint    not null,               -- BankLinkState
  account       bytea       not null,               -- encrypted
  fingerprint   bytea       not null,               -- keyed hash of bank and account: the same account is linked once
  tail          text        not null,               -- the last four characters, for people
  made_at       timestamptz not null,
  answered_at   timestamptz,                        -- when the bank said yes or no
  constraint bank_links_pkey primary key (lane, subscriber_id, id)
);

-- Banks have numbers because accounts of the books do.
create table banks (
  number smallint generated always as identity,
  code   text     not null,
  constraint banks_pkey primary key (code),
  constraint banks_number_key unique (number)
);

-- Where the STANs of a terminal have come to: engines take them in blocks.
create table bank_terminals (
  bank     text     not null,
  terminal text     not null,
  day      date     not null,                       -- UTC day of the last block
  used     integer  not null,                       -- numbers given on that day
  last     integer  not null,                       -- the last number given, modulo 999,999
  constraint bank_terminals_pkey primary key (bank, terminal)
);

grant select, insert, update on bank_links, bank_terminals to carrierpay_engine, carrierpay_admin;
grant select, insert on banks to carrierpay_engine, carrierpay_admin;
grant select on banks, bank_terminals to carrierpay_readonly;
grant select (lane, subscriber_id, id, bank, state, tail, made_at, answered_at) on bank_links to carrierpay_readonly;
