-- What patients without an account agreed to, as somebody wrote it down: found by the pseudonym of a number. Of an erased
-- patient the row stays, and is found by nobody's.
create table carewall.patient_consents (
  org_id text not null references carewall.organisations,
  id uuid not null,
  patient text,
  purpose text not null,
  as_of timestamptz not null,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id),
  unique (org_id, patient, purpose)
);
create index on carewall.patient_consents (org_id, as_of desc, id desc);
alter table carewall.patient_consents enable row level security;
alter table carewall.patient_consents force row level security;
create policy tenant on carewall.patient_consents to carewall_app
  using (org_id = carewall.current_org()) with check (org_id = carewall.current_org());
grant select, insert, update on carewall.patient_consents to carewall_app;
