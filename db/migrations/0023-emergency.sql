-- Emergency access and its reviews: one row for each, kept. `until` stands while it lasts, and is when the clock ends it;
-- `falls_due_at` while nobody has decided it; `leaves_at` once it is closed and as long as it is listed.
create table carewall.emergency_accesses (
  org_id text not null references carewall.organisations,
  id text not null,
  account text not null,
  unit text not null,
  began_at timestamptz not null,
  until timestamptz,
  status text not null check (status in ('open', 'justified', 'not-justified', 'needs-follow-up', 'closed')),
  falls_due_at timestamptz,
  leaves_at timestamptz,
  listed boolean not null default true,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id),
  foreign key (org_id, unit) references carewall.places (org_id, id)
);
create unique index emergency_accesses_live on carewall.emergency_accesses (org_id, account, unit) where until is not null;
create index on carewall.emergency_accesses (org_id, account, began_at);
create index on carewall.emergency_accesses (org_id) where listed;
create index on carewall.emergency_accesses (until) where until is not null;
create index on carewall.emergency_accesses (falls_due_at) where falls_due_at is not null;
create index on carewall.emergency_accesses (leaves_at) where leaves_at is not null;

alter table carewall.emergency_accesses enable row level security;
alter table carewall.emergency_accesses force row level security;
create policy tenant on carewall.emergency_accesses to carewall_app
  using (org_id = carewall.current_org()) with check (org_id = carewall.current_org());
create policy relay on carewall.emergency_accesses for select to carewall_relay using (true);
grant select, insert, update on carewall.emergency_accesses to carewall_app;
grant select (org_id, id, until, falls_due_at, leaves_at, version) on carewall.emergency_accesses to carewall_relay;

-- Whoever reviews an access sees what was done during it.
grant select on carewall.audit to carewall_app;

-- The topics of organisations that are there. The owner must see every row to do it, so the force is taken off for as long
-- as this transaction.
alter table carewall.organisations no force row level security;
alter table carewall.topics no force row level security;
alter table carewall.places no force row level security;
insert into carewall.topics (org_id, topic, name, place)
  select id, 'org/' || id || '/reviews', name, id from carewall.organisations on conflict do nothing;
alter table carewall.organisations force row level security;
alter table carewall.topics force row level security;
alter table carewall.places force row level security;
