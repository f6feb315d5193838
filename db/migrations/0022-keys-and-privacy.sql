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
