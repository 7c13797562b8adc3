-- Why: what no schedule resolves waits for a person: a request to a system that keeps money, whose outcome that system has not said. One person proposes what
-- is true, another one approves it, and the subscriber's lane books it. What a person needs to decide stands with the request.

alter table connector_calls
  add column last_answer text,                      -- what was said last about it; null = nothing yet
  add column waits_for   smallint,                  -- WaitsFor: why it came to a person; null = it never did
  add column waits_since timestamptz;               -- since when; one that was asked again and came back waits anew
-- What waits has next_attempt_at infinity.

create table doubt_proposals (
  lane          smallint    not null,
  id            bigint      not null,
  subscriber_id bigint      not null,
  payment_id    bigint      not null,
  call_id       bigint      not null,               -- of connector_calls, later of calls
  was_charged   boolean     not null,               -- what is proposed: the price was taken, or nothing was taken or it was given back
  state         smallint    not null,               -- ProposalState
  proposed_by   text        not null,
  proposed_at   timestamptz not null,
  reason        text        not null,
  decided_by    text,
  decided_at    timestamptz,
  note          text,                               -- of whoever decided
  taken_at      timestamptz,                        -- when an engine brought it to the lane for the last time
  ended_at      timestamptz,                        -- when the lane had booked it, or found that there was nothing to book any more
  constraint doubt_proposals_pkey primary key (lane, id),
  constraint doubt_proposals_reason_check check (reason <> ''),
  constraint doubt_proposals_decided_check check ((state = 1) = (decided_by is null) and (decided_by is null) = (decided_at is null)),
  constraint doubt_proposals_other_person_check check (state not in (2, 4, 5) or decided_by <> proposed_by),
  constraint doubt_proposals_ended_check check ((state in (4, 5)) = (ended_at is not null))
);
-- One at a time for each request: proposed, or approved and not booked yet.
create unique index doubt_proposals_open_key on doubt_proposals (lane, call_id) where state in (1, 2);
create index doubt_proposals_approved_idx on doubt_proposals (lane, id) where state = 2;

grant select, insert on doubt_proposals to carrierpay_admin;
grant update (state, decided_by, decided_at, note) on doubt_proposals to carrierpay_admin;
grant select on doubt_proposals to carrierpay_engine, carrierpay_readonly;
grant update (state, taken_at, ended_at) on doubt_proposals to carrierpay_engine;
