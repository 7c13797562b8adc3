-- Why: an operator wants to know whether a message reached its subscriber, and a long text that came in parts must survive a restart.
-- What the SMSC called each part, and each receipt, are facts: appended and never matched in the table, so that neither waits for the other, and a receipt
-- that comes early, late, twice or over another engine's link does no harm. Who reads puts them together. Nothing is written while no link asks for receipts.

create table message_parts (
  lane          smallint    not null,
  day           date        not null,          -- of its acceptance
  subscriber_id bigint      not null,
  message_id    bigint      not null,
  part          smallint    not null,          -- from 1
  parts         smallint    not null,
  smsc          text        not null,
  smsc_id       text        not null,          -- in the form that receipts are compared in
  accepted_at   timestamptz not null,
  constraint message_parts_pkey primary key (lane, subscriber_id, message_id, part, smsc, smsc_id, day)
) partition by range (day);
create trigger message_parts_append_only before update or delete on message_parts
  for each row execute function refuse_change();

create table delivery_receipts (
  lane          smallint    not null,
  day           date        not null,
  subscriber_id bigint      not null,          -- whose number the receipt names
  smsc          text        not null,
  smsc_id       text        not null,
  received_at   timestamptz not null,
  state         smallint    not null,          -- DeliveryState
  error         text        not null,          -- the SMSC's own code; empty = none
  done_at       timestamp,                     -- by the SMSC's clock, whose zone is not told
  constraint delivery_receipts_pkey primary key (lane, subscriber_id, smsc, smsc_id, received_at, state, day)
) partition by range (day);
create trigger delivery_receipts_append_only before update or delete on delivery_receipts
  for each row execute function refuse_change();

-- Parts of long texts whose others are missing, or that became whole a short time ago. Bounded, and emptied minutes later.
create table long_text_parts (
  lane          smallint    not null,
  subscriber_id bigint      not null,
  reply_path    text        not null,          -- as addressed
  reference     integer     not null,
  total         smallint    not null,
  sequence      smallint    not null,          -- from 1
  received_at   timestamptz not null,
  part          bytea       not null,          -- encrypted: it may hold a code
  constraint long_text_parts_pkey primary key (lane, subscriber_id, reply_path, reference, total, sequence)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

grant select, insert on message_parts, delivery_receipts to carrierpay_engine;
grant select on message_parts, delivery_receipts to carrierpay_admin, carrierpay_readonly;
grant select, insert, delete on long_text_parts to carrierpay_engine;
-- The keys that open them stay with the engine; how many there are may be counted.
grant select (lane, received_at) on long_text_parts to carrierpay_admin, carrierpay_readonly;

select make_day_partitions((now() at time zone 'UTC')::date - 1, 9);
