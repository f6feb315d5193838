-- People and circles of them are places too: what concerns one person stands at that person, what a conversation holds
-- at the conversation. Rights there are relations, not roles: `self`, which everybody has at themselves and which stands
-- in no row, and `member`, which commands give and take.

alter table carewall.places drop constraint places_kind_check;
alter table carewall.places add constraint places_kind_check
  check (kind in ('organisation', 'facility', 'department', 'unit', 'person', 'conversation'));

insert into carewall.places (org_id, id, kind, name, parent, path)
  select org_id, id, 'person', name, org_id, array[org_id, id] from carewall.accounts;

insert into carewall.topics (org_id, topic, name, place)
  select org_id, 'user/' || id, name, id from carewall.accounts
  union all
  select id, 'org/' || id || '/directory', name, id from carewall.organisations;

-- What an account may do and where, its relation to itself included. Who has lost every role is a member of nothing, until
-- they have one again.
create function carewall.grants_of(p_org text, p_account text) returns jsonb
  language sql stable set search_path = pg_catalog
  return (
    with held as (select g.role, g.place from carewall.grants g where g.account = p_account and g.org_id = p_org)
    select coalesce(jsonb_agg(jsonb_build_object('role', role, 'place', place) order by place, role), '[]')
    from held where role <> 'member' or exists (select from held h where h.role <> 'member')
  ) || jsonb_build_array(jsonb_build_object('role', 'self', 'place', p_account));

create or replace function carewall.enter_command(
  p_org text, p_kind text, p_principal text, p_session uuid, p_command uuid, p_type text, p_hash bytea
) returns jsonb
  language plpgsql set search_path = pg_catalog as $$
declare
  grants jsonb := '[]';
  earlier record;
begin
  if p_kind = 'person' then
    perform from carewall.sessions s
      where s.id = p_session and s.account = p_principal and s.org_id = p_org
        and s.ended_at is null and s.expires_at > clock_timestamp()
      for share;
    if not found then
      return jsonb_build_object('refused', 'unauthenticated');
    end if;
    with held as (
      select g.role, g.place from carewall.grants g
      where g.account = p_principal and g.org_id = p_org order by g.role, g.place for share
    )
    select coalesce(jsonb_agg(jsonb_build_object('role', role, 'place', place)), '[]')
      || jsonb_build_array(jsonb_build_object('role', 'self', 'place', p_principal)) into grants
      from held where role <> 'member' or exists (select from held h where h.role <> 'member');
  elsif p_kind = 'feed' then
    select jsonb_build_array(jsonb_build_object('role', 'feed', 'place', f.place)) into grants
      from carewall.feeds f where f.id = p_principal and f.org_id = p_org and f.disabled_at is null for share;
    if not found then
      return jsonb_build_object('refused', 'unauthenticated');
    end if;
  else
    grants := jsonb_build_array(jsonb_build_object('role', 'system', 'place', p_org));
  end if;

  insert into carewall.commands (org_id, principal, id, payload_hash, type)
    values (p_org, p_principal, p_command, p_hash, p_type) on conflict do nothing;
  if not found then
    select c.payload_hash = p_hash as same, c.answer into earlier
      from carewall.commands c where c.org_id = p_org and c.principal = p_principal and c.id = p_command;
    return jsonb_build_object('grants', grants, 'same', earlier.same, 'answer', earlier.answer, 'now', clock_timestamp());
  end if;
  return jsonb_build_object('grants', grants, 'now', clock_timestamp());
end
$$;

-- The application gives and takes membership, and no role.
grant insert, delete on carewall.grants to carewall_app;
create policy membership_given on carewall.grants as restrictive for insert to carewall_app with check (role = 'member');
create policy membership_taken on carewall.grants as restrictive for delete to carewall_app using (role = 'member');
create index on carewall.grants (org_id, place) where role = 'member';

-- Those who make accounts list them in their organisation's directory.
grant select, insert, update on carewall.topics to carewall_identity;
grant select, insert on carewall.events to carewall_identity;
create policy identity on carewall.topics to carewall_identity using (true) with check (true);
create policy identity on carewall.events to carewall_identity using (true) with check (true);

-- How far each derived topic's projection has read the log: below the floor it has seen everything.
create table carewall.projections (
  org_id text not null references carewall.organisations,
  name text not null,
  floor xid8 not null,
  at timestamptz not null,
  primary key (org_id, name)
);
alter table carewall.projections enable row level security;
alter table carewall.projections force row level security;
create policy tenant on carewall.projections to carewall_app
  using (org_id = carewall.current_org()) with check (org_id = carewall.current_org());
create policy relay on carewall.projections for select to carewall_relay using (true);
grant select, insert, update on carewall.projections to carewall_app;
grant select on carewall.projections to carewall_relay;

-- What one person is to be told of, by kind: their bookings, payments, conversations. A row holds the item as the
-- topic's state shows it.
create table carewall.person_items (
  org_id text not null,
  account text not null references carewall.accounts on delete cascade,
  kind text not null,
  id text not null,
  version int not null,
  entity jsonb not null,
  primary key (org_id, account, kind, id)
);
insert into carewall.person_items (org_id, account, kind, id, version, entity)
  select a.org_id, a.id, 'directory', a.id, 1, jsonb_build_object(
    'id', a.id, 'name', a.name, 'roles', held.roles, 'version', 1,
    'asOf', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'source', jsonb_build_object('kind', 'system', 'id', 'provisioning', 'name', 'Provisioning'))
  from carewall.accounts a join lateral (
    select jsonb_agg(distinct g.role) as roles from carewall.grants g
    where g.account = a.id and g.role not in ('patient', 'payer', 'intermediary', 'display')
  ) held on held.roles is not null;

alter table carewall.person_items enable row level security;
alter table carewall.person_items force row level security;
create policy tenant on carewall.person_items to carewall_app
  using (org_id = carewall.current_org()) with check (org_id = carewall.current_org());
create policy identity on carewall.person_items to carewall_identity using (true) with check (true);
grant select, insert, update, delete on carewall.person_items to carewall_app, carewall_identity;
