-- What facilities have to give: attested by people at a level of care, and derived from beds where those are known.

insert into carewall.topics (org_id, topic, name, place)
  select org_id, 'facility/' || id || '/' || topic, name, id
    from carewall.places, unnest(array['availability', 'census']) as t(topic) where kind = 'facility'
  union all
  select id, 'network/availability', name, id from carewall.organisations;

-- One row for each level that somebody has ever counted at a facility. `before` is what stood before the last word, for
-- whoever takes that back; `entity` is missing where the first word was. A version never goes back.
create table carewall.availability (
  org_id text not null,
  facility text not null,
  level text not null,
  version int not null,
  valid_until timestamptz,
  entity jsonb,
  before jsonb,
  primary key (org_id, facility, level),
  foreign key (org_id, facility) references carewall.places (org_id, id)
) with (fillfactor = 70);
-- What has lapsed is valid until no time, and not looked for again.
create index on carewall.availability (valid_until) where valid_until is not null;

-- What derived topics show, by topic and kind: a unit, a facility, a turnaround, a trend. Only a projection writes here.
create table carewall.derived_items (
  org_id text not null,
  topic text not null,
  kind text not null,
  id text not null,
  version int not null,
  entity jsonb not null,
  primary key (org_id, topic, kind, id),
  foreign key (org_id, topic) references carewall.topics (org_id, topic)
) with (fillfactor = 70);

-- Each cleaning of a vacated bed that came to its end, for a day: what turnaround is measured by.
create table carewall.finished_turnarounds (
  org_id text not null,
  facility text not null,
  bed text not null,
  requested_at timestamptz not null,
  ended_at timestamptz not null,
  primary key (org_id, bed, requested_at)
);
create index on carewall.finished_turnarounds (org_id, ended_at);

do $$
declare
  t text;
begin
  foreach t in array array['availability', 'derived_items', 'finished_turnarounds'] loop
    execute format('alter table carewall.%I enable row level security', t);
    execute format('alter table carewall.%I force row level security', t);
    execute format(
      'create policy tenant on carewall.%I to carewall_app using (org_id = carewall.current_org()) with check (org_id = carewall.current_org())', t
    );
  end loop;
end
$$;
create policy relay on carewall.availability for select to carewall_relay using (true);

grant select, insert, update on carewall.availability, carewall.derived_items to carewall_app;
grant select, insert, delete on carewall.finished_turnarounds to carewall_app;
grant select on carewall.availability to carewall_relay;
