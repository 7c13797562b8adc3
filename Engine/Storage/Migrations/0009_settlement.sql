-- Why: what follows the payments. A period is closed, its transfers are added up for each merchant, a person approves the sums, and only then the
-- settlement's own transfers are written. A payment touches none of these tables, and no payment is marked: a closed period is the list of its payments.

-- A contract may end (exclusive). Of several, the one that began last holds; when that one has ended, none does.
alter table contracts
  add column valid_until date,
  add constraint contracts_until_check check (valid_until > valid_from);

alter table periods
  add column closed_by     text,               -- who asked; '(schedule)' for a cut-off
  add column cut_off       timestamptz,        -- for which cut-off; null when a person asked
  add column drained_at    timestamptz,        -- since then nobody writes into it any more: its sums are final
  add column calculated_at timestamptz,        -- since then it has its batches, or nothing to settle
  add constraint periods_closed_check check ((closed_at is null) = (closed_by is null)),
  add constraint periods_drained_check check (drained_at is null or closed_at is not null);

-- Raises the open period by one, if it is still the expected one, in the caller's transaction. The caller commits before it drains: see Ledger/README.md.
create function close_period(expected integer, closing_at timestamptz, closing_by text, closing_cut_off timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if to_regclass(format('transfers_%s', expected + 1)) is null then
    raise exception 'period % cannot be closed: there is no partition for the next one yet', expected using errcode = 'object_not_in_prerequisite_state';
  end if;
  update open_period set id = expected + 1 where id = expected;
  if not found then
    return false;
  end if;
  update periods set closed_at = greatest(closing_at, opened_at), closed_by = closing_by, cut_off = closing_cut_off where id = expected;
  insert into periods (id, opened_at) values (expected + 1, closing_at);
  return true;
end $$;

-- Waits for those who still write into a period that is closed and committed, and notes that it is final. False if it is not closed:
-- the exclusive lock on the open period would stop all lanes, so it is never asked for.
create function drain_period(which integer, drained timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select from periods where id = which and closed_at is not null) then
    return false;
  end if;
  perform pg_advisory_xact_lock(7230002, which);
  update periods set drained_at = drained where id = which and drained_at is null;
  return true;
end $$;

revoke all on function close_period, drain_period from public;
grant execute on function close_period, drain_period to carrierpay_engine;

-- What a person asked for: the period that was open then is to be closed now. Served when that period is closed.
create table closing_requests (
  operation_id uuid        not null,
  period       integer     not null,
  requested_by text        not null,
  requested_at timestamptz not null,
  constraint closing_requests_pkey primary key (operation_id)
);

create table settlement_batches (
  id              bigint generated always as identity,
  period          integer     not null,
  currency        smallint    not null,        -- ISO 4217 numeric code
  version         integer     not null,        -- 1, 2, ...: a re-run is a new version, nothing is overwritten
  state           smallint    not null,        -- SettlementState: 1 calculated, 2 blocked, 3 approved, 4 rejected, 5 superseded
  made_by         text        not null,        -- '(schedule)' when nobody asked
  made_at         timestamptz not null,
  payments        bigint      not null,        -- sums of the lines
  gross_minor     bigint      not null,
  share_minor     bigint      not null,
  operator_minor  bigint      not null,
  payable_minor   bigint      not null,
  ledger_payments bigint      not null,        -- count and sum of the plain aggregate, without contracts or merchants
  ledger_minor    bigint      not null,
  decided_by      text,
  decided_at      timestamptz,
  reason          text,
  constraint settlement_batches_pkey primary key (id),
  constraint settlement_batches_version_key unique (period, currency, version),
  constraint settlement_batches_state_check check (state between 1 and 5),
  constraint settlement_batches_sums_check check (share_minor + operator_minor = gross_minor and payable_minor <= share_minor),
  constraint settlement_batches_ledger_check check (state not in (1, 3) or (payments = ledger_payments and gross_minor = ledger_minor)),
  constraint settlement_batches_decided_check check (state not in (3, 4) or (decided_by is not null and decided_at is not null)),
  constraint settlement_batches_two_people_check check (state <> 3 or decided_by <> made_by)
);

-- One for each merchant, contract and rail.
create table settlement_lines (
  batch_id           bigint   not null,
  id                 bigint   not null,        -- of the application's blocks; the settlement's transfers refer to it
  merchant_id        integer  not null,
  contract_from      date     not null,        -- the contract's first day
  contract_until     date,                     -- the first day on which it holds no more: its end, or the next one's beginning
  rail               smallint not null,        -- ChartAccount that was charged
  payments           bigint   not null,
  gross_minor        bigint   not null,
  share_basis_points integer  not null,
  share_minor        bigint   not null,        -- the merchant's part, rounded half to even
  operator_minor     bigint   not null,        -- the rest
  payable_minor      bigint   not null,
  constraint settlement_lines_pkey primary key (batch_id, id),
  constraint settlement_lines_what_key unique (batch_id, merchant_id, contract_from, rail),
  constraint settlement_lines_batch_fkey foreign key (batch_id) references settlement_batches (id),
  constraint settlement_lines_parts_check check (share_minor + operator_minor = gross_minor and share_minor >= 0 and operator_minor >= 0),
  constraint settlement_lines_payments_check check (payments > 0 and gross_minor > 0)
);

-- Why a batch is blocked.
create table settlement_problems (
  batch_id    bigint   not null,
  number      integer  not null,
  kind        smallint not null,               -- SettlementProblemKind
  merchant_id integer,                         -- null when it concerns the whole batch
  payments    bigint   not null,
  gross_minor bigint   not null,
  on_day      date,                            -- the day from which there is no contract
  constraint settlement_problems_pkey primary key (batch_id, number),
  constraint settlement_problems_batch_fkey foreign key (batch_id) references settlement_batches (id)
);

-- A batch changes its state and who decided, once each way; everything else about it stays.
create function refuse_other_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE'
    or (to_jsonb(old) - array['state', 'decided_by', 'decided_at', 'reason']) <> (to_jsonb(new) - array['state', 'decided_by', 'decided_at', 'reason'])
    or not ((old.state = 1 and new.state in (3, 4, 5)) or (old.state in (2, 4) and new.state = 5))
    or (old.decided_at is not null and (old.decided_by, old.decided_at, old.reason) is distinct from (new.decided_by, new.decided_at, new.reason)) then
    raise exception '% of settlement batch % is refused: only an open one is decided or superseded, and nothing else of it changes', tg_op, old.id
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger settlement_batches_decide before update or delete on settlement_batches
  for each row execute function refuse_other_change();
create trigger settlement_lines_append_only before update or delete on settlement_lines
  for each row execute function refuse_change();
create trigger settlement_problems_append_only before update or delete on settlement_problems
  for each row execute function refuse_change();

-- Who did what, when, to which object; written in the transaction that did it.
create table audit (
  id          bigint generated always as identity,
  at          timestamptz not null,
  who         text        not null,
  action      text        not null,
  object_kind text        not null,
  object_id   text        not null,
  details     jsonb       not null,
  constraint audit_pkey primary key (id)
);
create index audit_object on audit (object_kind, object_id, id);
create trigger audit_append_only before update or delete on audit
  for each row execute function refuse_change();

-- Operations of people by the id that their form carried: a double click finds its first answer.
create table operations (
  id      uuid        not null,
  kind    text        not null,
  who     text        not null,
  subject text        not null,
  at      timestamptz not null,
  outcome text,                                -- null only inside the transaction
  constraint operations_pkey primary key (id)
);

-- Each proof that the stored prepaid balances are the sums of their transfers.
create table balance_proofs (
  id               bigint generated always as identity,
  proved_at        timestamptz not null,
  accounts         bigint      not null,
  wrong_accounts   bigint      not null,
  difference_minor numeric     not null,       -- of all together, stored less derived
  constraint balance_proofs_pkey primary key (id)
);
create trigger balance_proofs_append_only before update or delete on balance_proofs
  for each row execute function refuse_change();

grant select, insert on closing_requests, settlement_batches, settlement_lines, settlement_problems, audit, balance_proofs, operations
  to carrierpay_engine, carrierpay_admin;
grant update (state, decided_by, decided_at, reason) on settlement_batches to carrierpay_admin;
grant update (calculated_at) on periods to carrierpay_engine;
grant update (outcome) on operations to carrierpay_engine, carrierpay_admin;
grant select on closing_requests, settlement_batches, settlement_lines, settlement_problems, audit, balance_proofs, operations to carrierpay_readonly;
