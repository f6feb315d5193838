-- Beds and alerts. A row holds the entity as its topic's state shows it, patient identity sealed; the columns beside
-- it are what rows are found by.

create table carewall.beds (
  org_id text not null,
  id text not null,
  unit text not null,
  point_of_care text not null,
  room text not null,
  bed text not null,
  facility text not null,
  encounter text,
  claim_until timestamptz,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id),
  unique (org_id, facility, point_of_care, room, bed),
  foreign key (org_id, unit) references carewall.places (org_id, id)
) with (fillfactor = 70);
create index on carewall.beds (org_id, unit);
create index on carewall.beds (org_id, encounter) where encounter is not null;
create index on carewall.beds (claim_until) where claim_until is not null;

create table carewall.alerts (
  org_id text not null,
  id text not null,
  unit text not null,
  about text not null,
  open boolean not null,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id),
  foreign key (org_id, unit) references carewall.places (org_id, id)
);
create index on carewall.alerts (org_id, unit) where open;
create index on carewall.alerts (org_id, about);

grant select, insert, update on carewall.beds, carewall.alerts to carewall_app;
grant select on carewall.beds to carewall_relay;
