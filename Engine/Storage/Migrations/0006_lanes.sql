-- Why: the guard of the lanes. A batch whose commit was not answered finds its own row when it runs again; an event that always fails waits here for a person.

create table lane_batches (
  lane         smallint    not null,
  batch_id     bigint      not null,
  committed_at timestamptz not null,
  constraint lane_batches_pkey primary key (lane, batch_id)
);

create table parked_events (
  lane          smallint    not null,
  id            bigint      not null,
  subscriber_id bigint      not null,
  kind          text        not null,          -- the event's type
  event         bytea       not null,          -- encrypted: it may hold a code
  error         text        not null,
  parked_at     timestamptz not null,
  retry_asked_at timestamptz,                  -- a person wants it tried again; an engine takes the wish and clears it
  constraint parked_events_pkey primary key (lane, id)
);

grant select, insert, delete on lane_batches to carrierpay_engine, carrierpay_admin;
grant select, insert, update, delete on parked_events to carrierpay_engine, carrierpay_admin;
grant select on lane_batches, parked_events to carrierpay_readonly;
