-- Why: a transfer is one row with both its sides, so it is balanced by construction; it is never changed and never removed.
-- Partitioned by period: settlement reads whole partitions, and nothing is ever marked as settled.

create table transfers (
  lane           smallint    not null,
  period         integer     not null,
  id             bigint      not null,
  debit_account  smallint    not null,         -- ChartAccount
  credit_account smallint    not null,
  kind           smallint    not null,         -- TransferKind
  currency       smallint    not null,
  debit_owner    bigint      not null,         -- subscriber, merchant, or 0 for the operator
  credit_owner   bigint      not null,
  amount_minor   bigint      not null,
  reference      bigint      not null,         -- what it is for: a payment, a provisioning
  created_at     timestamptz not null,
  constraint transfers_pkey primary key (lane, id, period),
  constraint transfers_amount_check check (amount_minor > 0),
  constraint transfers_sides_check check (debit_account <> credit_account or debit_owner <> credit_owner)
) partition by list (period);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% of % is refused: this table is append-only, a correction is a new row', tg_op, tg_table_name
    using errcode = 'restrict_violation';
end $$;

create trigger transfers_append_only before update or delete on transfers
  for each row execute function refuse_change();
create trigger payments_append_only before update or delete on payments
  for each row execute function refuse_change();

grant select, insert on transfers to carrierpay_engine, carrierpay_admin;
grant select on transfers to carrierpay_readonly;
