-- Accounts, what they may do and where, their sessions; feeds; the keys that sign access tokens.

create table carewall.accounts (
  id text primary key,
  org_id text not null references carewall.organisations,
  email text not null unique check (email = lower(email)),
  name text not null,
  password_hash text,
  disabled_at timestamptz
);

create table carewall.grants (
  org_id text not null,
  account text not null references carewall.accounts on delete cascade,
  role text not null,
  place text not null,
  primary key (account, role, place),
  foreign key (org_id, place) references carewall.places (org_id, id)
);

-- A session is the family of refresh tokens that one sign-in began.
create table carewall.sessions (
  id uuid primary key,
  org_id text not null,
  account text not null references carewall.accounts on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_why text
);
create index on carewall.sessions (account);

create table carewall.refresh_tokens (
  hash bytea primary key,
  org_id text not null,
  session uuid not null references carewall.sessions on delete cascade,
  issued_at timestamptz not null default clock_timestamp(),
  used_at timestamptz
);
create index on carewall.refresh_tokens (session);

-- Keys that sign access tokens; the private half is sealed by the key ring.
create table carewall.signing_keys (
  id text primary key,
  public_jwk jsonb not null,
  sealed_private bytea not null,
  ring_key text not null,
  created_at timestamptz not null default clock_timestamp(),
  retired_at timestamptz
);

-- Systems that state facts: HL7 v2 sources, known by MSH-3 and MSH-4.
create table carewall.feeds (
  id text primary key,
  org_id text not null references carewall.organisations,
  name text not null,
  application text not null,
  facility text not null,
  place text not null,
  disabled_at timestamptz,
  unique (application, facility),
  foreign key (org_id, place) references carewall.places (org_id, id)
);

-- Everything before a decision, in one call: the principal's right to speak at all, locked until commit; the moment;
-- what this command was answered before, if it was. An empty answer means that it is new.
create function carewall.enter_command(
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
    select coalesce(jsonb_agg(jsonb_build_object('role', role, 'place', place)), '[]') into grants from held;
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

grant select on carewall.accounts, carewall.grants, carewall.sessions, carewall.feeds to carewall_app;
-- FOR SHARE asks for the right to update.
grant update (ended_at) on carewall.sessions to carewall_app;
grant update (role) on carewall.grants to carewall_app;
grant update (disabled_at) on carewall.feeds to carewall_app;
grant select on carewall.feeds, carewall.accounts, carewall.grants, carewall.sessions to carewall_relay;
grant select, insert, update, delete on carewall.accounts, carewall.grants, carewall.sessions, carewall.refresh_tokens,
  carewall.signing_keys, carewall.feeds to carewall_identity;
