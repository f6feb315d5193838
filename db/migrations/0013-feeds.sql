-- Feeds as people see them: what is said of each, when it was last heard, which units it speaks of, what its codes mean,
-- and the messages of it that could not be applied.

insert into carewall.topics (org_id, topic, name, place)
  select id, 'org/' || id || '/feeds', name, id from carewall.organisations
  union all
  select org_id, 'unit/' || id || '/feeds', name, id from carewall.places where kind = 'unit';

-- What is said of a feed. Its row in carewall.feeds, which each of its commands locks, holds what it is known by.
create table carewall.feed_entities (
  org_id text not null references carewall.organisations,
  id text not null references carewall.feeds on delete cascade,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id)
);

-- When a feed was last heard, by any node. `falls_silent_at` is missing for one that is silent, or of which nothing is expected.
create table carewall.feed_contacts (
  org_id text not null,
  feed text not null,
  version int not null,
  falls_silent_at timestamptz,
  entity jsonb not null,
  primary key (org_id, feed),
  foreign key (org_id, feed) references carewall.feed_entities (org_id, id) on delete cascade
) with (fillfactor = 50);
create index on carewall.feed_contacts (falls_silent_at) where falls_silent_at is not null;

-- The units that a feed has ever spoken of: their numbers rest on it.
create table carewall.feed_units (
  org_id text not null,
  feed text not null,
  unit text not null,
  version int not null,
  entity jsonb not null,
  primary key (org_id, unit, feed),
  foreign key (org_id, feed) references carewall.feed_entities (org_id, id) on delete cascade,
  foreign key (org_id, unit) references carewall.places (org_id, id)
);
create index on carewall.feed_units (org_id, feed);

-- What a feed means by codes that no bed has. No bed: a place where facts concern none of ours.
create table carewall.feed_mappings (
  org_id text not null,
  id text not null,
  feed text not null,
  point_of_care text not null,
  room text not null,
  bed text not null,
  facility text not null,
  target text,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id),
  unique (org_id, feed, facility, point_of_care, room, bed),
  foreign key (org_id, feed) references carewall.feed_entities (org_id, id) on delete cascade,
  foreign key (org_id, target) references carewall.beds (org_id, id)
);

-- A message that could not be applied. `fingerprint` is keyed: by it the same message is known again, and nothing else.
create table carewall.quarantine (
  org_id text not null,
  id text not null,
  feed text not null,
  control_id text not null,
  fingerprint bytea not null,
  -- The command it would be: once that is carried out, whoever sent it again, the message is applied.
  command uuid,
  status text not null check (status in ('waiting', 'replaying', 'applied', 'dismissed')),
  received_at timestamptz not null,
  bytes int not null,
  -- Whoever has taken it to replay it is busy with it until then.
  leased_until timestamptz not null default '-infinity',
  replays int not null default 0,
  ended_at timestamptz,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id),
  unique (org_id, feed, control_id, fingerprint),
  foreign key (org_id, feed) references carewall.feed_entities (org_id, id)
);
create index on carewall.quarantine (org_id, feed, received_at) include (bytes) where status in ('waiting', 'replaying');
create index on carewall.quarantine (leased_until) where status = 'replaying';
create index on carewall.quarantine (org_id, ended_at) where ended_at is not null;

-- The message itself, sealed under a data key of its own, and nothing else about it.
create table carewall.quarantine_messages (
  org_id text not null,
  entry text not null,
  message jsonb not null,
  primary key (org_id, entry),
  foreign key (org_id, entry) references carewall.quarantine (org_id, id) on delete cascade
);

do $$
declare
  t text;
begin
  foreach t in array array[
    'feed_entities', 'feed_contacts', 'feed_units', 'feed_mappings', 'quarantine', 'quarantine_messages'
  ] loop
    execute format('alter table carewall.%I enable row level security', t);
    execute format('alter table carewall.%I force row level security', t);
    execute format(
      'create policy tenant on carewall.%I to carewall_app using (org_id = carewall.current_org()) with check (org_id = carewall.current_org())', t
    );
  end loop;
  foreach t in array array['feed_entities', 'feed_contacts', 'quarantine'] loop
    execute format('create policy relay on carewall.%I for select to carewall_relay using (true)', t);
  end loop;
end
$$;
create policy identity on carewall.feed_entities to carewall_identity using (true) with check (true);

grant select, insert, update on carewall.feed_entities, carewall.feed_contacts, carewall.feed_units to carewall_app;
grant select, insert, update, delete on carewall.feed_mappings, carewall.quarantine, carewall.quarantine_messages to carewall_app;
grant select, insert on carewall.feed_entities to carewall_identity;
grant select (org_id, id) on carewall.feed_entities to carewall_relay;
grant select on carewall.feed_contacts to carewall_relay;
grant select (org_id, feed, status, leased_until, bytes, ended_at) on carewall.quarantine to carewall_relay;

-- An administrator adds feeds, within their organisation; the names that feeds are known by are one list for all of them.
drop policy gateway_made on carewall.feeds;
create function carewall.feed_taken(p_id text, p_application text, p_facility text) returns text
  language sql stable security definer set search_path = pg_catalog
  return (
    select case when f.id = p_id then 'id' else 'source' end from carewall.feeds f
    where f.id = p_id or (f.application = p_application and f.facility = p_facility)
    order by f.id <> p_id limit 1
  );
-- It looks over all organisations, as the role does that makes accounts; row-level security is forced on its owner too.
grant create on schema carewall to carewall_identity;
alter function carewall.feed_taken(text, text, text) owner to carewall_identity;
revoke create on schema carewall from carewall_identity;
revoke execute on function carewall.feed_taken(text, text, text) from public;
grant execute on function carewall.feed_taken(text, text, text) to carewall_app;

insert into carewall.feed_entities (org_id, id, version, entity)
  select f.org_id, f.id, 1, jsonb_build_object(
    'id', f.id, 'name', f.name, 'application', f.application, 'facility', f.facility,
    'place', jsonb_build_object('id', p.id, 'name', p.name),
    'status', case when f.disabled_at is null then 'active' else 'disabled' end,
    'silenceLimitMinutes', 60, 'version', 1,
    'asOf', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'source', jsonb_build_object('kind', 'system', 'id', 'provisioning', 'name', 'Provisioning'))
  from carewall.feeds f join carewall.places p on p.org_id = f.org_id and p.id = f.place
  where f.application not like 'webhook:%';
