-- Why: the operator's own people who sign in to Admin. A row for each, changed in place; who did what stands in the audit log, not here.
-- Only Admin's role reads it: neither the engine nor a report has business with password hashes.

create table staff (
  id                   integer generated always as identity,
  name                 text        not null,            -- lower case
  role                 smallint    not null,            -- StaffRole
  is_active            boolean     not null default true,
  password_hash        text        not null,
  must_change_password boolean     not null,
  session_version      integer     not null default 1,  -- raised with password, role or activity: sessions of an older one have ended
  wrong_attempts       smallint    not null default 0,
  locked_until         timestamptz,
  created_at           timestamptz not null,
  constraint staff_pkey primary key (id),
  constraint staff_name_key unique (name),
  constraint staff_name_check check (name = lower(name))
);

grant select, insert, update on staff to carrierpay_admin;
