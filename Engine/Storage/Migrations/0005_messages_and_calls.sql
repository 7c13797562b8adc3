-- Why: what must happen after a commit is a row of the same transaction. Queues (outbox, connector_calls) are small and deleted from;
-- their logs (messages, calls) are appended to. A text is stored as template and parameters, without codes; a question and its answer are one row.

create table messages (
  lane          smallint    not null,
  day           date        not null,
  id            bigint      not null,
  subscriber_id bigint      not null,
  payment_id    bigint      not null,          -- 0 = about no payment
  at            timestamptz not null,
  template      smallint    not null,          -- TextTemplate; 0 = nothing was said
  language      smallint    not null,
  received      text,                          -- what the subscriber sent, masked
  received_hash bytea,                         -- keyed hash of the raw text, 16 octets: evidence
  parameters    text,                          -- unit-separated, the code masked
  reply_path    text        not null,
  constraint messages_pkey primary key (lane, id, day)
) partition by range (day);
create trigger messages_append_only before update or delete on messages
  for each row execute function refuse_change();

-- The messages of one batch that are on their way: one row for all of them, gone when the last is sent (a row each costs 0.6 kB of WAL a payment).
create table outbox (
  lane          smallint    not null,
  id            bigint      not null,          -- of the batch that wrote it
  owner         integer     not null,          -- the engine that holds it in memory; 0 = nobody
  created_at    timestamptz not null,          -- its day is that of the messages
  messages      bigint[]    not null,
  codes         text[]      not null,          -- the code that each message shows, else ''; nowhere else, and gone with the row
  constraint outbox_pkey primary key (lane, id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- A message that its SMSC refused for good leaves the outbox and is noted here.
create table message_failures (
  lane       smallint    not null,
  message_id bigint      not null,
  failed_at  timestamptz not null,
  reason     text        not null,
  constraint message_failures_pkey primary key (lane, message_id)
);

create table connector_calls (
  lane            smallint    not null,
  id              bigint      not null,
  subscriber_id   bigint      not null,
  payment_id      bigint      not null,
  kind            smallint    not null,        -- ConnectorKind
  owner           integer     not null,
  request         text        not null,
  created_at      timestamptz not null,
  next_attempt_at timestamptz not null,
  constraint connector_calls_pkey primary key (lane, id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);

create table calls (
  lane          smallint    not null,
  day           date        not null,
  id            bigint      not null,
  subscriber_id bigint      not null,
  payment_id    bigint      not null,
  kind          smallint    not null,
  called_at     timestamptz not null,
  ended_at      timestamptz not null,
  request       text        not null,
  answer        text        not null,
  constraint calls_pkey primary key (lane, id, day)
) partition by range (day);
create trigger calls_append_only before update or delete on calls
  for each row execute function refuse_change();

grant select, insert on messages, calls, message_failures to carrierpay_engine, carrierpay_admin;
grant select, insert, update, delete on outbox, connector_calls to carrierpay_engine, carrierpay_admin;
grant select on messages, outbox, message_failures, connector_calls, calls to carrierpay_readonly;
