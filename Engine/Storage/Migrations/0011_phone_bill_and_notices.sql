-- Why: the phone bill is the second place where money comes from, and merchants are told of what they were paid.
-- A payment by prepaid account to a merchant without notices writes no row and no octet more for it: what is added to the subscriber's row
-- stays null for a line without a phone bill, and takes no room.

alter table subscribers
  add column bill_limit_minor bigint,          -- the most that may go on the phone bill in a month; null = no phone bill
  add column bill_month       integer,         -- year * 12 + month - 1 of bill_minor
  add column bill_minor       bigint,          -- what went on the bill in that month: always the sum of its transfers
  add constraint subscribers_bill_check check (bill_limit_minor >= 0 and bill_minor >= 0);

-- What the billing system has to put on a subscriber's bill. Partitioned by period like the transfers that it comes with, so that a file is
-- made of a closed period: complete, and no event is ever in two files.
create table rated_events (
  lane          smallint    not null,
  period        integer     not null,
  id            bigint      not null,          -- the payment's; unique for ever, billing drops one that it knows
  kind          smallint    not null,          -- RatedEventKind
  subscriber_id bigint      not null,
  msisdn        bigint      not null,          -- the number at that time
  imsi          text,
  at            timestamptz not null,
  bill_cycle    date,
  service       text        not null,          -- what was bought, as the merchant's catalogue calls it; empty = not named
  merchant_id   integer     not null,
  merchant_name text        not null,          -- what stands on the bill
  net_minor     bigint      not null,
  tax_minor     bigint      not null,
  currency      smallint    not null,          -- ISO 4217 numeric code
  original_id   bigint,                        -- the charge that a refund gives back
  reference     text        not null,          -- what the subscriber was told, as K7Q2M9
  constraint rated_events_pkey primary key (lane, id, period),
  constraint rated_events_amount_check check (net_minor >= 0 and tax_minor >= 0 and net_minor + tax_minor > 0)
) partition by list (period);
create trigger rated_events_append_only before update or delete on rated_events
  for each row execute function refuse_change();

-- Payments that their merchant is to be told of: a row for each batch and merchant, taken away within a second by the engine that makes a notice of it.
create table notice_queue (
  lane        smallint    not null,
  batch_id    bigint      not null,
  merchant_id integer     not null,
  created_at  timestamptz not null,            -- its day is that of the payments
  payments    bigint[]    not null,
  constraint notice_queue_pkey primary key (lane, batch_id, merchant_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- Notices as they are sent, again and again the same octets. Whether one is delivered is not written here: see open_notices.
create table notices (
  day         date        not null,
  id          bigint      not null,
  merchant_id integer     not null,
  created_at  timestamptz not null,
  payments    integer     not null,            -- how many it tells of
  body        text        not null,
  constraint notices_pkey primary key (id, day)
) partition by range (day);
create index notices_merchant_idx on notices (merchant_id, id);
create trigger notices_append_only before update or delete on notices
  for each row execute function refuse_change();

-- Those that are not delivered yet: gone when the merchant has answered with 2xx.
create table open_notices (
  id              bigint      not null,
  day             date        not null,        -- with the id the key in notices
  merchant_id     integer     not null,
  state           smallint    not null,        -- NoticeState
  owner           integer     not null,        -- the engine that is at it; 0 = nobody
  attempts        integer     not null,        -- since it was made or last replayed
  next_attempt_at timestamptz not null,
  give_up_at      timestamptz not null,        -- no attempt after this: dead
  constraint open_notices_pkey primary key (id)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
create index open_notices_merchant_idx on open_notices (merchant_id, state, next_attempt_at);
create index open_notices_fresh_idx on open_notices (id) where state = 1; -- looked at every second, beside a dead merchant's thousands

-- Every attempt, for the merchant who says that nothing came.
create table notice_attempts (
  day         date        not null,
  id          bigint      not null generated always as identity,
  notice_id   bigint      not null,
  merchant_id integer     not null,
  at          timestamptz not null,
  took_ms     integer     not null,
  status      smallint,                        -- of the HTTP answer; null = there was none
  delivered   boolean     not null,
  problem     text,
  constraint notice_attempts_pkey primary key (id, day)
) partition by range (day);
create index notice_attempts_notice_idx on notice_attempts (notice_id);
create trigger notice_attempts_append_only before update or delete on notice_attempts
  for each row execute function refuse_change();

grant select, insert on rated_events to carrierpay_engine, carrierpay_admin;
grant select, insert, update, delete on notice_queue, open_notices to carrierpay_engine;
grant select, insert on notices, notice_attempts to carrierpay_engine;
grant select on notices, notice_queue, notice_attempts to carrierpay_admin;
grant select, insert, update on open_notices to carrierpay_admin;
grant select on rated_events, notice_queue, notices, open_notices, notice_attempts to carrierpay_readonly;

-- From here on every table that is partitioned gets its partitions: by range means by day, by list by period. No list of names to forget one in.
create or replace function make_day_partitions(first_day date, days integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  d date;
  parent text;
  child text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(7230001);
  for i in 0 .. days - 1 loop
    d := first_day + i;
    for parent in select c.relname from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
                  where p.partstrat = 'r' and c.relnamespace = 'public'::regnamespace order by c.relname loop
      child := format('%s_%s', parent, to_char(d, 'YYYYMMDD'));
      if to_regclass(child) is null then
        execute format('create table %I partition of %I for values from (%L) to (%L)', child, parent, d, d + 1);
        made := made + 1;
      end if;
    end loop;
  end loop;
  return made;
end $$;

create or replace function make_period_partitions(first_period integer, periods integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  parent text;
  child text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(7230001);
  for n in first_period .. first_period + periods - 1 loop
    for parent in select c.relname from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
                  where p.partstrat = 'l' and c.relnamespace = 'public'::regnamespace order by c.relname loop
      child := format('%s_%s', parent, n);
      if to_regclass(child) is null then
        execute format('create table %I partition of %I for values in (%s)', child, parent, n);
        made := made + 1;
      end if;
    end loop;
  end loop;
  return made;
end $$;

select make_day_partitions((now() at time zone 'UTC')::date - 1, 9);
select make_period_partitions((select id from open_period), 8);
