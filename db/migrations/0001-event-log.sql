-- The event log and everything a command's transaction touches besides a context's own state.
-- Roles: the application works inside one organisation at a time (carewall.org, set per transaction);
-- the relay reads the log of all; sign-in looks accounts up before it knows an organisation.

do $$
declare
  name text;
  -- From PostgreSQL 16 on, being a member is not yet being allowed to become it.
  becoming text := case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end;
begin
  foreach name in array array['carewall_app', 'carewall_relay', 'carewall_identity'] loop
    -- Roles belong to the whole server: another database, or whoever runs it, may have made it.
    if not exists (select from pg_roles where rolname = name) then
      begin
        execute format('create role %I nologin', name);
      exception
        when duplicate_object or unique_violation then null;
      end;
    end if;
    if not pg_has_role(current_user, name, becoming) then
      execute format('grant %I to current_user', name);
    end if;
  end loop;
end
$$;

create schema carewall;
grant usage on schema carewall to carewall_app, carewall_relay, carewall_identity;

create function carewall.current_org() returns text
  language sql stable parallel safe
  return nullif(current_setting('carewall.org', true), '');

-- Names one history. A restore brings another timeline or another system; a copy of the rows alone brings this id.
create table carewall.history (
  only_row boolean primary key default true check (only_row),
  id uuid not null default gen_random_uuid()
);
insert into carewall.history default values;

create function carewall.epoch() returns text
  language sql stable security definer set search_path = pg_catalog
  return (
    select substr(md5(concat_ws('/', s.system_identifier, c.timeline_id, h.id)), 1, 16)
    from pg_control_system() s, pg_control_checkpoint() c, carewall.history h
  );

create table carewall.organisations (
  id text primary key,
  name text not null
);

-- Organisation, facility, department, unit: one tree. `path` holds the ids from the organisation down to the place.
create table carewall.places (
  org_id text not null references carewall.organisations,
  id text not null,
  kind text not null check (kind in ('organisation', 'facility', 'department', 'unit')),
  name text not null,
  code text,
  parent text,
  path text[] not null,
  timezone text,
  status text not null default 'active' check (status in ('active', 'suspended', 'inactive')),
  primary key (org_id, id),
  foreign key (org_id, parent) references carewall.places (org_id, id)
);

-- A topic's row is its lock: seq is taken under it at the end of each transaction, so seqs are in commit order.
create table carewall.topics (
  org_id text not null references carewall.organisations,
  topic text not null,
  name text not null,
  place text not null,
  seq bigint not null default 0,
  at timestamptz not null default clock_timestamp(),
  primary key (org_id, topic),
  foreign key (org_id, place) references carewall.places (org_id, id)
) with (fillfactor = 50);
create index on carewall.topics (org_id, place);

create table carewall.events (
  org_id text not null,
  topic text not null,
  seq bigint not null,
  at timestamptz not null,
  type text not null,
  by jsonb not null,
  data jsonb not null,
  tx xid8 not null default pg_current_xact_id(),
  primary key (org_id, topic, seq, at)
) partition by range (at);
create index events_tx on carewall.events (tx);

-- One partition a month, this month and the two to come; the server calls it again every day.
create function carewall.ensure_event_partitions() returns void
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  month timestamptz;
begin
  for i in -1..2 loop
    month := date_trunc('month', clock_timestamp(), 'UTC') + make_interval(months => i);
    execute format(
      'create table if not exists carewall.%I partition of carewall.events for values from (%L) to (%L)',
      'events_' || to_char(month at time zone 'UTC', 'YYYY_MM'), month,
      (month at time zone 'UTC' + interval '1 month') at time zone 'UTC'
    );
  end loop;
end
$$;
select carewall.ensure_event_partitions();

-- Drops the months that lie wholly before a number of days ago. Gives their names.
create function carewall.drop_old_events(p_keep_days int) returns text[]
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  old text;
  dropped text[] := '{}';
  oldest_kept text := to_char((clock_timestamp() - make_interval(days => p_keep_days)) at time zone 'UTC', 'YYYY_MM');
begin
  if p_keep_days < 1 then
    raise exception 'history is kept for a day at least' using errcode = 'invalid_parameter_value';
  end if;
  for old in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'carewall.events'::regclass and c.relname < 'events_' || oldest_kept order by c.relname
  loop
    execute format('drop table carewall.%I', old);
    dropped := dropped || old;
  end loop;
  return dropped;
end
$$;

-- One row for each command there has been in the last 7 days: the same again gets the first answer.
create table carewall.commands (
  org_id text not null,
  principal text not null,
  id uuid not null,
  payload_hash bytea not null,
  type text not null,
  at timestamptz not null default clock_timestamp(),
  answer jsonb,
  primary key (org_id, principal, id)
);
create index on carewall.commands (at);

create table carewall.audit (
  id bigint generated always as identity primary key,
  org_id text not null,
  at timestamptz not null default clock_timestamp(),
  principal jsonb not null,
  session uuid,
  action text not null,
  outcome text not null,
  command uuid,
  heads jsonb
);
create index on carewall.audit (org_id, at);

-- The data key of each subject, wrapped by a key of the key ring. Erasing a person is deleting the row.
create table carewall.subject_keys (
  org_id text not null,
  subject text not null,
  id uuid not null default gen_random_uuid(),
  wrapped bytea not null,
  ring_key text not null,
  primary key (org_id, subject),
  unique (org_id, id)
);

-- Every change of a right or a session, in the order in which nodes read them.
create table carewall.rights_log (
  id bigint generated always as identity primary key,
  tx xid8 not null default pg_current_xact_id(),
  org_id text not null,
  principal text not null,
  session uuid,
  at timestamptz not null default clock_timestamp()
);
create index on carewall.rights_log (tx);

-- Appends events to their topics, at most one organisation's at once, and answers the head of each topic.
-- The topics' rows are locked in sorted order; `at` is read under the lock.
create function carewall.append_events(p_org text, p_by jsonb, p_events jsonb) returns jsonb
  language plpgsql set search_path = pg_catalog as $$
declare
  t record;
  head bigint;
  moment timestamptz;
  heads jsonb := '[]';
begin
  for t in
    select e.topic, count(*) as n from jsonb_to_recordset(p_events) as e(topic text) group by e.topic order by e.topic
  loop
    update carewall.topics set seq = seq + t.n, at = clock_timestamp()
      where org_id = p_org and topic = t.topic
      returning seq, date_trunc('milliseconds', at) into head, moment;
    if not found then
      raise exception 'no topic %', t.topic using errcode = 'foreign_key_violation';
    end if;
    insert into carewall.events (org_id, topic, seq, at, type, by, data)
      select p_org, t.topic, head - t.n + row_number() over (order by e.n), moment, e.item ->> 'type', p_by, e.item -> 'data'
      from jsonb_array_elements(p_events) with ordinality as e(item, n)
      where e.item ->> 'topic' = t.topic;
    heads := heads || jsonb_build_object('topic', t.topic, 'seq', head);
  end loop;
  return heads;
end
$$;

-- The end of a command: its events, its answer, its audit row. An answer that is not kept (a right that was missing)
-- leaves the id free: with the right, the same command is decided.
create function carewall.finish_command(
  p_org text, p_principal jsonb, p_session uuid, p_command uuid, p_type text, p_outcome text, p_events jsonb, p_answer jsonb,
  p_keep boolean
) returns jsonb
  language plpgsql set search_path = pg_catalog as $$
declare
  heads jsonb := carewall.append_events(p_org, p_principal, p_events);
  finish_answer jsonb := case when p_outcome = 'ok' then p_answer || jsonb_build_object('heads', heads) else p_answer end;
begin
  if p_keep then
    update carewall.commands c set answer = finish_answer
      where c.org_id = p_org and c.principal = p_principal ->> 'id' and c.id = p_command;
  else
    delete from carewall.commands c
      where c.org_id = p_org and c.principal = p_principal ->> 'id' and c.id = p_command;
  end if;
  insert into carewall.audit (org_id, principal, session, action, outcome, command, heads)
    values (p_org, p_principal, p_session, p_type, p_outcome, p_command, heads);
  return finish_answer;
end
$$;

grant select on carewall.organisations, carewall.history to carewall_app, carewall_relay, carewall_identity;
grant select, insert on carewall.places to carewall_app;
grant select on carewall.places to carewall_relay;
grant insert on carewall.organisations to carewall_identity;
grant select, insert on carewall.places to carewall_identity;
grant select, insert, update on carewall.topics to carewall_app;
grant select on carewall.topics, carewall.events, carewall.rights_log to carewall_relay;
grant select, insert on carewall.events to carewall_app;
grant select, insert, update, delete on carewall.commands to carewall_app;
grant insert on carewall.audit to carewall_app, carewall_identity;
grant select, insert, delete on carewall.subject_keys to carewall_app;
grant select on carewall.subject_keys to carewall_relay;
grant insert on carewall.rights_log to carewall_app, carewall_identity;
grant select (at), delete on carewall.commands to carewall_relay;
grant delete on carewall.rights_log to carewall_relay;
revoke execute on function carewall.ensure_event_partitions(), carewall.drop_old_events(int) from public;
grant execute on function carewall.ensure_event_partitions(), carewall.drop_old_events(int) to carewall_relay;
