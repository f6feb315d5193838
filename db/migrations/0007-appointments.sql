-- Practitioners and rooms with their hours, and the appointments with them. A row holds the entity as its topic's state
-- shows it, patient identity sealed; the columns beside it are what rows are found by. An appointment that was put away
-- keeps its row.

create extension if not exists btree_gist with schema carewall;

create table carewall.calendars (
  org_id text not null,
  kind text not null check (kind in ('practitioner', 'room')),
  id text not null,
  department text not null,
  version int not null,
  entity jsonb not null,
  primary key (org_id, kind, id),
  foreign key (org_id, department) references carewall.places (org_id, id)
);
create index on carewall.calendars (org_id, department);

create table carewall.appointments (
  org_id text not null,
  id text not null,
  department text not null,
  practitioner text not null,
  room text not null,
  during tstzrange not null check (not isempty(during)),
  -- Whether it takes its time from practitioner and room.
  live boolean not null,
  archived boolean not null default false,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id),
  foreign key (org_id, department) references carewall.places (org_id, id),
  -- Whoever decides sees only what was committed: of two that are decided at once, these let the first in.
  constraint one_at_a_time_with_practitioner exclude using gist (org_id with =, practitioner with =, during with &&) where (live),
  constraint one_at_a_time_in_room exclude using gist (org_id with =, room with =, during with &&) where (live)
) with (fillfactor = 80);
create index on carewall.appointments (org_id, department) where not archived;
create index on carewall.appointments (upper(during)) where not archived;

alter table carewall.calendars enable row level security;
alter table carewall.calendars force row level security;
alter table carewall.appointments enable row level security;
alter table carewall.appointments force row level security;
create policy tenant on carewall.calendars to carewall_app
  using (org_id = carewall.current_org()) with check (org_id = carewall.current_org());
create policy tenant on carewall.appointments to carewall_app
  using (org_id = carewall.current_org()) with check (org_id = carewall.current_org());
create policy relay on carewall.appointments for select to carewall_relay using (true);
grant select, insert, update on carewall.calendars, carewall.appointments to carewall_app;
grant select (org_id, id, version, archived, during) on carewall.appointments to carewall_relay;

-- The departments that stand already.
insert into carewall.topics (org_id, topic, name, place)
  select org_id, 'department/' || id || '/appointments', name, id from carewall.places where kind = 'department';
