-- Keys that are exchanged while everything serves: which keys of the ring there were, what each node has of it, and a role
-- for whoever wraps anew what the old ones wrapped. Signing keys that are published before they sign.

do $$
declare
  -- From PostgreSQL 16 on, being a member is not yet being allowed to become it.
  becoming text := case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end;
begin
  if not exists (select from pg_roles where rolname = 'carewall_keys') then
    begin
      create role carewall_keys nologin;
    exception
      when duplicate_object or unique_violation then null;
    end;
  end if;
  if not pg_has_role(current_user, 'carewall_keys', becoming) then
    grant carewall_keys to current_user;
  end if;
end
$$;
grant usage on schema carewall to carewall_keys;

-- Keys of the ring by name, never the keys. The one that became current last wraps what is sealed now; under one that is
-- retired nothing may be wrapped any more.
create table carewall.ring_keys (
  id text primary key,
  current_at timestamptz,
  retired_at timestamptz
);

-- What each node that serves has of the ring, as it said last.
create table carewall.ring_nodes (
  node text primary key,
  current text not null,
  keys text[] not null,
  seen_at timestamptz not null default clock_timestamp()
);

grant select, insert, update on carewall.ring_keys to carewall_keys;
grant select, delete on carewall.ring_nodes to carewall_keys;
grant select on carewall.ring_keys to carewall_relay;
grant select, insert, update on carewall.ring_nodes to carewall_relay;

-- A node that was told nothing of a rotation must fail here, and not write what nobody could read ever after.
create function carewall.refuse_retired_ring_key() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if exists (select from carewall.ring_keys where id = new.ring_key and retired_at is not null) then
    raise exception 'the key % of the ring is retired', new.ring_key using errcode = 'object_not_in_prerequisite_state';
  end if;
  return new;
end
$$;

-- For every table with a column `ring_key`: the guard, and the rights of who wraps anew. To be called again by a migration
-- that adds such a table.
create function carewall.guard_ring_keys() returns void
  language plpgsql set search_path = pg_catalog as $$
declare
  t text;
begin
  for t in
    select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'carewall'::regnamespace and c.relkind in ('r', 'p')
      and a.attname = 'ring_key' and not a.attisdropped
  loop
    execute format(
      'create or replace trigger retired_ring_key before insert or update of ring_key on carewall.%I '
        'for each row execute function carewall.refuse_retired_ring_key()', t
    );
    execute format('grant select, update on carewall.%I to carewall_keys', t);
    execute format('drop policy if exists wraps_anew on carewall.%I', t);
    execute format('create policy wraps_anew on carewall.%I to carewall_keys using (true) with check (true)', t);
  end loop;
end
$$;
revoke execute on function carewall.guard_ring_keys() from public;
select carewall.guard_ring_keys();

-- A key is published at once and signs from a moment on, when every node and everybody else who verifies has read it.
alter table carewall.signing_keys add column signs_from timestamptz not null default clock_timestamp();

-- What people agreed to, what they ask about their data, what must not be erased; and a role for whoever carries it out,
-- over all organisations, and who throws away what is old. It works in the background alone.

do $$
declare
  becoming text := case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end;
begin
  if not exists (select from pg_roles where rolname = 'carewall_privacy') then
    begin
      create role carewall_privacy nologin;
    exception
      when duplicate_object or unique_violation then null;
    end;
  end if;
  if not pg_has_role(current_user, 'carewall_privacy', becoming) then
    grant carewall_privacy to current_user;
  end if;
end
$$;
grant usage on schema carewall to carewall_privacy;

create table carewall.consents (
  org_id text not null references carewall.organisations,
  account text not null,
  purpose text not null,
  version int not null,
  entity jsonb not null,
  primary key (org_id, account, purpose),
  foreign key (org_id, account) references carewall.places (org_id, id)
);

-- About an account or a patient, by pseudonym. Whoever has taken one to carry it out is busy with it until `leased_until`.
create table carewall.privacy_requests (
  org_id text not null references carewall.organisations,
  id uuid not null,
  kind text not null check (kind in ('export', 'erasure')),
  account text,
  patient text,
  status text not null,
  leased_until timestamptz not null default '-infinity',
  ended_at timestamptz,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id),
  check ((account is null) <> (patient is null))
);
create unique index privacy_requests_once on carewall.privacy_requests (org_id, kind, coalesce(account, patient))
  where status in ('asked', 'making');
create index on carewall.privacy_requests (leased_until) where status = 'making';
create index on carewall.privacy_requests (org_id, account) where account is not null;

create table carewall.privacy_holds (
  org_id text not null references carewall.organisations,
  id uuid not null,
  account text,
  patient text,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id),
  check ((account is null) <> (patient is null))
);

-- An archive, sealed in pieces under the key of whose data is in it.
create table carewall.privacy_archives (
  org_id text not null,
  request uuid not null,
  expires_at timestamptz not null,
  sealed jsonb not null,
  primary key (org_id, request),
  foreign key (org_id, request) references carewall.privacy_requests (org_id, id) on delete cascade
);

do $$
declare
  t text;
begin
  foreach t in array array['consents', 'privacy_requests', 'privacy_holds', 'privacy_archives'] loop
    execute format('alter table carewall.%I enable row level security', t);
    execute format('alter table carewall.%I force row level security', t);
    execute format(
      'create policy tenant on carewall.%I to carewall_app using (org_id = carewall.current_org()) with check (org_id = carewall.current_org())', t
    );
  end loop;
end
$$;
grant select, insert, update on carewall.consents, carewall.privacy_requests to carewall_app;
grant select, insert, delete on carewall.privacy_holds to carewall_app;
-- FOR SHARE asks for the right to update.
grant update (version) on carewall.privacy_holds to carewall_app;
grant select on carewall.privacy_archives to carewall_app;

insert into carewall.topics (org_id, topic, name, place)
  select org_id, 'user/' || id || '/privacy', name, id from carewall.places where kind = 'person'
  union all
  select id, 'org/' || id || '/privacy', name, id from carewall.organisations
  on conflict do nothing;

-- The same value with another name and mail address wherever it is about somebody: in each object that has their id or
-- their address.
create function carewall.renamed(p_value jsonb, p_id text, p_name text, p_email text, p_new_email text) returns jsonb
  language plpgsql immutable parallel safe set search_path = pg_catalog as $$
declare
  theirs boolean;
begin
  if jsonb_typeof(p_value) = 'array' then
    return coalesce((
      select jsonb_agg(carewall.renamed(v, p_id, p_name, p_email, p_new_email) order by n)
      from jsonb_array_elements(p_value) with ordinality as e(v, n)
    ), '[]');
  end if;
  if jsonb_typeof(p_value) <> 'object' then
    return case when p_value = to_jsonb(p_email) then to_jsonb(p_new_email) else p_value end;
  end if;
  theirs := coalesce(p_id in (p_value ->> 'id', p_value ->> 'account') or p_value ->> 'email' = p_email, false);
  return coalesce((
    select jsonb_object_agg(k, case
      when k = 'name' and theirs and jsonb_typeof(v) = 'string' then to_jsonb(p_name)
      else carewall.renamed(v, p_id, p_name, p_email, p_new_email)
    end) from jsonb_each(p_value) as e(k, v)
  ), '{}');
end
$$;

-- The same value without what somebody wrote in it.
create function carewall.unsaid(p_value jsonb, p_author text) returns jsonb
  language plpgsql immutable parallel safe set search_path = pg_catalog as $$
begin
  if jsonb_typeof(p_value) = 'array' then
    return coalesce((
      select jsonb_agg(carewall.unsaid(v, p_author) order by n) from jsonb_array_elements(p_value) with ordinality as e(v, n)
    ), '[]');
  end if;
  if jsonb_typeof(p_value) <> 'object' then
    return p_value;
  end if;
  return coalesce((
    select jsonb_object_agg(k, carewall.unsaid(v, p_author)) from jsonb_each(p_value) as e(k, v)
    where not (k = 'text' and coalesce(p_value -> 'author' ->> 'id' = p_author, false))
  ), '{}');
end
$$;

-- What the role for privacy may do with each table there is. The audit is read by it and never touched. Called again after
-- migrations: a table that is added is among them by itself.
create function carewall.open_to_privacy() returns void
  language plpgsql set search_path = pg_catalog as $$
declare
  t record;
begin
  for t in
    select c.relname, c.relkind from pg_class c
    where c.relnamespace = 'carewall'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname not in ('signing_keys', 'ring_keys', 'ring_nodes', 'history', 'relay')
  loop
    if t.relname ~ '^audit' then
      execute format('grant select on carewall.%I to carewall_privacy', t.relname);
    else
      execute format('grant select, insert, update, delete on carewall.%I to carewall_privacy', t.relname);
    end if;
    execute format('drop policy if exists privacy on carewall.%I', t.relname);
    execute format('create policy privacy on carewall.%I to carewall_privacy using (true) with check (true)', t.relname);
  end loop;
  grant insert on carewall.audit to carewall_privacy;
end
$$;
revoke execute on function carewall.open_to_privacy() from public;

-- What each migration leaves to be done again, whichever tables it made.
create function carewall.after_migrations() returns void
  language plpgsql set search_path = pg_catalog as $$
begin
  perform carewall.guard_ring_keys();
  perform carewall.open_to_privacy();
end
$$;
revoke execute on function carewall.after_migrations() from public;
