-- Why: what went on phone bills has to reach the operator's billing system, once: a file for each closed period, sent again octet for octet if need be,
-- and what billing rejects is undone. No row of an event or a payment is marked: a file is the list of its period's events.

alter table periods
  add column rated_at timestamptz;             -- since then its rated events have their file, or it had none

create table rated_files (
  sequence      integer     not null,          -- 1, 2, 3, ... without gaps
  period        integer     not null,
  name          text        not null,
  made_at       timestamptz not null,
  from_at       timestamptz not null,          -- when the period was opened and closed
  to_at         timestamptz not null,
  events        bigint      not null,
  debit_minor   numeric(38) not null,          -- sums over all currencies: they check the file, they are no amount of money
  credit_minor  numeric(38) not null,
  sha256        bytea       not null,          -- of the whole file
  state         smallint    not null,          -- RatedFileState
  send_asked_at timestamptz,                   -- a person wants it sent again
  delivered_at  timestamptz,                   -- for the last time
  deliveries    integer     not null default 0,
  rejected      bigint,                        -- null = billing has not named any
  accepted      bigint,                        -- null = billing has not answered
  answered_at   timestamptz,
  alarmed_at    timestamptz,                   -- when it was said that no answer came
  constraint rated_files_pkey primary key (sequence),
  constraint rated_files_period_key unique (period),
  constraint rated_files_name_key unique (name),
  constraint rated_files_events_check check (sequence > 0 and events > 0 and debit_minor >= 0 and credit_minor >= 0),
  constraint rated_files_answer_check check (accepted + coalesce(rejected, 0) = events)
);

-- Every answer that was looked at: taken in, or set aside with the reason.
create table rated_answers (
  id       bigint generated always as identity,
  name     text        not null,
  sha256   bytea       not null,
  sequence integer,                            -- null = there is no such file
  kind     smallint    not null,               -- RatedAnswerKind
  at       timestamptz not null,
  events   bigint,                             -- accepted, or rejected
  problem  text,                               -- why it was set aside; null = taken in
  constraint rated_answers_pkey primary key (id)
);
create unique index rated_answers_taken_key on rated_answers (sequence, kind) where problem is null;
create unique index rated_answers_aside_key on rated_answers (name, sha256) where problem is not null;
create trigger rated_answers_append_only before update or delete on rated_answers
  for each row execute function refuse_change();

-- Charges that billing rejected, each once for ever: what a lane needs to undo it stands here, so that it reads one row.
create table rated_rejections (
  lane          smallint    not null,
  payment_id    bigint      not null,
  sequence      integer     not null,
  code          text        not null,          -- billing's
  bearer        smallint    not null,          -- RejectionBearer, by the code
  subscriber_id bigint      not null,
  merchant_id   integer     not null,
  merchant_name text        not null,
  amount_minor  bigint      not null,
  currency      smallint    not null,
  charged_at    timestamptz not null,
  reference     text        not null,
  taken_at      timestamptz not null,
  parked_at     timestamptz,                   -- it always failed and waits among the parked events
  undone_at     timestamptz,
  constraint rated_rejections_pkey primary key (lane, payment_id),
  constraint rated_rejections_amount_check check (amount_minor > 0)
);
create index rated_rejections_open_idx on rated_rejections (lane, payment_id) where undone_at is null;

grant update (rated_at) on periods to carrierpay_engine;
grant select, insert on rated_files, rated_answers, rated_rejections to carrierpay_engine;
grant update (state, send_asked_at, delivered_at, deliveries, rejected, accepted, answered_at, alarmed_at) on rated_files to carrierpay_engine;
grant update (parked_at, undone_at) on rated_rejections to carrierpay_engine, carrierpay_admin;
grant select on rated_files, rated_answers, rated_rejections to carrierpay_admin, carrierpay_readonly;
grant update (send_asked_at) on rated_files to carrierpay_admin;

-- A charge that is undone is taken from its merchant in the settlement of the period in which that was written: lines of their own, with negative sums.
alter table settlement_lines
  add column kind smallint not null default 2, -- TransferKind: 2 payments, 40 rejected charges
  drop constraint settlement_lines_what_key,
  add constraint settlement_lines_what_key unique (batch_id, merchant_id, contract_from, rail, kind),
  drop constraint settlement_lines_parts_check,
  add constraint settlement_lines_parts_check check (
    share_minor + operator_minor = gross_minor and sign(share_minor) in (0, sign(gross_minor)) and sign(operator_minor) in (0, sign(gross_minor))),
  drop constraint settlement_lines_payments_check,
  add constraint settlement_lines_payments_check check (payments > 0 and ((kind = 2 and gross_minor > 0) or (kind = 40 and gross_minor < 0)));
