-- Who else acts through a session than a person: a device (a wall), a service (a system with a key). What a session may do
-- of what its account may. Rights that end by themselves. The application gives and takes roles: by commands.

alter table carewall.accounts add column kind text not null default 'person' check (kind in ('person', 'device', 'service'));
alter table carewall.accounts alter column email drop not null;
alter table carewall.accounts add constraint accounts_person_email check (kind <> 'person' or email is not null);

alter table carewall.grants add column until timestamptz;

-- `scope` narrows every right of the session: {topics: kinds, commands: types, view?}. Nothing there: all its account may.
-- `stepped_up_at` is when its owner last proved themselves as strongly as they can.
alter table carewall.sessions
  add column kind text not null default 'browser' check (kind in ('browser', 'wall', 'key', 'link')),
  add column scope jsonb,
  add column stepped_up_at timestamptz default clock_timestamp(),
  add column client jsonb;

-- What an audit row says besides who, what and how it ended: never what identifies a patient, never a secret.
alter table carewall.audit
  add column details jsonb,
  add column client jsonb,
  add column tx xid8 not null default pg_current_xact_id();

drop policy membership_given on carewall.grants;
drop policy membership_taken on carewall.grants;

-- What an account may do and where, its relation to itself included, with when it ends. Who has lost every role is a member
-- of nothing, until they have one again.
create or replace function carewall.grants_of(p_org text, p_account text) returns jsonb
  language sql stable set search_path = pg_catalog
  return (
    with held as (
      select g.role, g.place from carewall.grants g
      where g.account = p_account and g.org_id = p_org and (g.until is null or g.until > clock_timestamp())
    )
    select coalesce(jsonb_agg(jsonb_build_object('role', role, 'place', place) order by place, role), '[]')
    from held where role <> 'member' or exists (select from held h where h.role <> 'member')
  ) || jsonb_build_array(jsonb_build_object('role', 'self', 'place', p_account));

-- Grants as a session has them: each with the session's scope, where it has one.
create function carewall.scoped(p_grants jsonb, p_scope jsonb) returns jsonb
  language sql immutable parallel safe set search_path = pg_catalog
  return case
    when p_scope is null then p_grants
    else (select jsonb_agg(g || jsonb_build_object('only', p_scope)) from jsonb_array_elements(p_grants) as g)
  end;

create or replace function carewall.enter_command(
  p_org text, p_kind text, p_principal text, p_session uuid, p_command uuid, p_type text, p_hash bytea
) returns jsonb
  language plpgsql set search_path = pg_catalog as $$
declare
  grants jsonb := '[]';
  stepped_up boolean := true;
  session record;
  earlier record;
begin
  if p_kind in ('person', 'device', 'service') then
    select s.scope, s.stepped_up_at > clock_timestamp() - interval '10 minutes' as stepped_up into session
      from carewall.sessions s
      where s.id = p_session and s.account = p_principal and s.org_id = p_org
        and s.ended_at is null and s.expires_at > clock_timestamp()
      for share;
    if not found then
      return jsonb_build_object('refused', 'unauthenticated');
    end if;
    stepped_up := coalesce(session.stepped_up, false);
    with locked as (
      select g.role, g.place, g.until from carewall.grants g
      where g.account = p_principal and g.org_id = p_org order by g.role, g.place for share
    ), held as (
      select role, place from locked where until is null or until > clock_timestamp()
    )
    select coalesce(jsonb_agg(jsonb_build_object('role', role, 'place', place)), '[]')
      || jsonb_build_array(jsonb_build_object('role', 'self', 'place', p_principal)) into grants
      from held where role <> 'member' or exists (select from held h where h.role <> 'member');
    grants := carewall.scoped(grants, session.scope);
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
    return jsonb_build_object('grants', grants, 'steppedUp', stepped_up, 'same', earlier.same, 'answer', earlier.answer, 'now', clock_timestamp());
  end if;
  return jsonb_build_object('grants', grants, 'steppedUp', stepped_up, 'now', clock_timestamp());
end
$$;
