-- Why: partitions are made ahead, so that midnight and a closing find theirs waiting. The engine's role may not create tables;
-- these two functions run with their owner's rights and make nothing else. Every call is safe to repeat.

create function make_day_partitions(first_day date, days integer) returns integer
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
    foreach parent in array array['payments', 'messages', 'calls'] loop
      child := format('%s_%s', parent, to_char(d, 'YYYYMMDD'));
      if to_regclass(child) is null then
        execute format('create table %I partition of %I for values from (%L) to (%L)', child, parent, d, d + 1);
        made := made + 1;
      end if;
    end loop;
  end loop;
  return made;
end $$;

create function make_period_partitions(first_period integer, periods integer) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  child text;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(7230001);
  for p in first_period .. first_period + periods - 1 loop
    child := format('transfers_%s', p);
    if to_regclass(child) is null then
      execute format('create table %I partition of transfers for values in (%s)', child, p);
      made := made + 1;
    end if;
  end loop;
  return made;
end $$;

revoke all on function make_day_partitions, make_period_partitions from public;
grant execute on function make_day_partitions, make_period_partitions to carrierpay_engine, carrierpay_admin;

select make_day_partitions((now() at time zone 'UTC')::date - 1, 9);
select make_period_partitions(1, 8);
