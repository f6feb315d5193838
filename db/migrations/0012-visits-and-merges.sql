-- What is remembered of visits beside the board, and which patients turned out to be one. Both by pseudonym; what a feed
-- said of the patient who survives a merge is sealed in `entity`, under that patient's own key.

create table carewall.visits (
  org_id text not null references carewall.organisations,
  encounter text not null,
  memory jsonb not null,
  at timestamptz not null default clock_timestamp(),
  primary key (org_id, encounter)
) with (fillfactor = 70);
create index on carewall.visits (at);

create table carewall.patient_merges (
  org_id text not null references carewall.organisations,
  gone text not null,
  survivor text not null,
  at timestamptz not null,
  entity jsonb not null,
  primary key (org_id, gone, survivor)
);
create index on carewall.patient_merges (org_id, survivor);

do $$
declare
  t text;
begin
  foreach t in array array['visits', 'patient_merges'] loop
    execute format('alter table carewall.%I enable row level security', t);
    execute format('alter table carewall.%I force row level security', t);
    execute format(
      'create policy tenant on carewall.%I to carewall_app using (org_id = carewall.current_org()) with check (org_id = carewall.current_org())', t
    );
  end loop;
end
$$;
grant select, insert, update on carewall.visits, carewall.patient_merges to carewall_app;

-- A visit of which nothing was heard for longer than any feed is late is forgotten. Merges are for good.
create policy old on carewall.visits to carewall_relay using (at < clock_timestamp() - interval '90 days');
grant select (at), delete on carewall.visits to carewall_relay;

-- These patients and all that were ever merged with them, one way or the other.
create function carewall.merged_with(p_org text, p_subjects text[]) returns setof text
  language sql stable set search_path = pg_catalog as $$
  with recursive reached (subject) as (
    select unnest(p_subjects)
    union
    select case m.gone when r.subject then m.survivor else m.gone end
    from reached r join carewall.patient_merges m on m.org_id = p_org and (m.gone = r.subject or m.survivor = r.subject)
  )
  select subject from reached
$$;

-- Beds and alerts are found by whose they are: by patient for a merge, by stay for what is planned for it. The owner must
-- see every row to fill the columns, so the force is taken off for as long as this transaction.
alter table carewall.beds add column patient text, add column claim_patient text, add column claim_encounter text;
alter table carewall.alerts add column patient text;
alter table carewall.beds no force row level security;
alter table carewall.alerts no force row level security;
update carewall.beds set patient = entity #>> '{occupant,subject}', claim_patient = entity #>> '{claim,subject}',
  claim_encounter = coalesce(entity #>> '{claim,encounter}', entity #>> '{claim,subject}');
update carewall.alerts set patient = entity ->> 'subject';
alter table carewall.beds force row level security;
alter table carewall.alerts force row level security;
create index on carewall.beds (org_id, patient) where patient is not null;
create index on carewall.beds (org_id, claim_patient) where claim_patient is not null;
create index on carewall.beds (org_id, claim_encounter) where claim_encounter is not null;
create index on carewall.alerts (org_id, patient) where open and patient is not null;

-- A fact that names no bed acts at its facility, which it names by its HL7 code.
create index on carewall.places (org_id, code) where kind = 'facility';
