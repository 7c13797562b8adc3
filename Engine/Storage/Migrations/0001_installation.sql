-- Why: what is fixed when an operator installs CarrierPay, and who may do what in the database.
-- The three roles hold the least that each process needs; a connection takes its role when it starts (see Storage/Databases.cs).

do $$
declare r text;
begin
  foreach r in array array['carrierpay_engine', 'carrierpay_admin', 'carrierpay_readonly'] loop
    begin
      execute format('create role %I nologin', r);
    exception when duplicate_object or unique_violation then null; -- roles belong to the whole cluster
    end;
  end loop;
end $$;

create table installation (
  only_row    boolean  not null default true,
  lanes       smallint not null,
  currency    smallint not null,          -- ISO 4217 numeric code
  time_zone   text     not null,          -- business days, cut-offs and the times in texts
  constraint installation_pkey primary key (only_row),
  constraint installation_one_row check (only_row),
  constraint installation_lanes_check check (lanes between 1 and 1024)
);

-- Blocks of ids: an engine takes a block with one nextval and numbers its rows itself, in order of time.
create sequence id_blocks as bigint increment by 16384 minvalue 16384 start with 16384;

-- Every change of merchants, products or rules raises the version in the same transaction; a lane that sees a newer one loads it again.
create table reference_version (
  only_row boolean not null default true,
  version  bigint  not null,
  constraint reference_version_pkey primary key (only_row),
  constraint reference_version_one_row check (only_row)
);
insert into reference_version (version) values (1);

-- The slice of the ledger that is open now. A closer raises it (see Ledger/README.md).
create table open_period (
  only_row boolean not null default true,
  id       integer not null,
  constraint open_period_pkey primary key (only_row),
  constraint open_period_one_row check (only_row)
);
insert into open_period (id) values (1);

create table periods (
  id        integer     not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  constraint periods_pkey primary key (id)
);
insert into periods (id, opened_at) values (1, now());

-- Engines that live: each holds an advisory lock on its id and beats once a second.
create sequence engine_ids as integer start with 1;
create table engines (
  id           integer     not null default nextval('engine_ids'),
  name         text        not null,
  started_at   timestamptz not null,
  heartbeat_at timestamptz not null,
  constraint engines_pkey primary key (id)
);

grant usage on schema public to carrierpay_engine, carrierpay_admin, carrierpay_readonly;
grant select on installation, reference_version, open_period, periods to carrierpay_engine, carrierpay_admin, carrierpay_readonly;
grant usage on sequence id_blocks to carrierpay_engine, carrierpay_admin;
grant usage on sequence engine_ids to carrierpay_engine;
grant select, insert, update, delete on engines to carrierpay_engine;
grant select on engines to carrierpay_admin, carrierpay_readonly;
