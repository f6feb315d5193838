-- How somebody proves who they are, besides a password; what is counted of failures; when a session was last used.

-- `idle_minutes`: it ends when nobody has used it for so long. Nothing there: it does not (walls, keys).
-- `strength`: by what its owner proved themselves when it began.
alter table carewall.sessions
  add column strength text not null default 'password' check (strength in ('password', 'two-factor', 'passkey', 'external')),
  add column idle_minutes int check (idle_minutes > 0),
  add column active_at timestamptz not null default clock_timestamp(),
  add column seen_at timestamptz not null default clock_timestamp();
create index on carewall.sessions (active_at) where ended_at is null and idle_minutes is not null;
create index on carewall.sessions (expires_at) where ended_at is null;

-- Secrets of one-time codes (RFC 6238), sealed by the key ring. `last_step` is the last time step of which a code was taken:
-- no code is taken twice. One that is not confirmed yet is worth nothing.
create table carewall.totp_factors (
  id uuid primary key,
  org_id text not null,
  account text not null references carewall.accounts on delete cascade,
  name text not null,
  sealed_secret bytea not null,
  ring_key text not null,
  last_step bigint not null,
  created_at timestamptz not null default clock_timestamp(),
  used_at timestamptz
);
create index on carewall.totp_factors (account);

create table carewall.passkeys (
  id uuid primary key,
  org_id text not null,
  account text not null references carewall.accounts on delete cascade,
  name text not null,
  credential text not null unique,
  public_key bytea not null,
  sign_count bigint not null,
  transports text[] not null,
  created_at timestamptz not null default clock_timestamp(),
  used_at timestamptz
);
create index on carewall.passkeys (account);

-- Keyed fingerprints of codes that are worth one sign-in each.
create table carewall.backup_codes (
  org_id text not null,
  account text not null references carewall.accounts on delete cascade,
  fingerprint bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  used_at timestamptz,
  primary key (account, fingerprint)
);

-- What was added, taken away or reset, for its owner to be told.
create table carewall.factor_changes (
  id uuid primary key,
  org_id text not null,
  account text not null references carewall.accounts on delete cascade,
  what text not null,
  name text not null,
  by_owner boolean not null,
  at timestamptz not null default clock_timestamp()
);
create index on carewall.factor_changes (account, at);

-- A proof that has begun and is to be ended within minutes, for one purpose. Known by the hash of its secret; used once.
-- Without an account: whoever brings a passkey says who they are by it.
create table carewall.challenges (
  hash bytea primary key,
  org_id text not null,
  account text references carewall.accounts on delete cascade,
  session uuid references carewall.sessions on delete cascade,
  purpose text not null,
  data jsonb not null,
  attempts int not null default 0,
  expires_at timestamptz not null
);
create index on carewall.challenges (expires_at);

-- Browsers in which an account has signed in: what strangers fail on the account does not concern them.
create table carewall.known_devices (
  org_id text not null,
  account text not null references carewall.accounts on delete cascade,
  hash bytea not null,
  seen_at timestamptz not null default clock_timestamp(),
  primary key (account, hash)
);

-- Failures by keyed fingerprints: of an account, an address, both, or a known device. A bucket that leaks, and a wait that
-- grows while it is over its brim. Of no tenant: an address tries accounts of several.
create table carewall.attempts (
  key bytea primary key,
  failures double precision not null default 0,
  at timestamptz not null,
  not_before timestamptz not null,
  told boolean not null default false
) with (fillfactor = 70);
create index on carewall.attempts (at);

create function carewall.wait_after(p_failures double precision, p_limit jsonb) returns interval
  language sql immutable parallel safe set search_path = pg_catalog
  return case
    when p_failures <= (p_limit ->> 'free')::float8 then interval '0'
    else make_interval(secs => least(
      (p_limit ->> 'longestWaitMs')::float8,
      (p_limit ->> 'firstWaitMs')::float8 * 2 ^ least(ceil(p_failures - (p_limit ->> 'free')::float8) - 1, 40)
    ) / 1000)
  end;

-- What is left of failures after a time. A clock that was put back takes nothing away.
create function carewall.leaked(p_failures double precision, p_at timestamptz, p_now timestamptz, p_limit jsonb) returns double precision
  language sql immutable parallel safe set search_path = pg_catalog
  return greatest(0, p_failures - greatest(0, extract(epoch from p_now - p_at)::float8 * 1000) / (p_limit ->> 'forgetMs')::float8);

-- Begins an attempt: it counts as failed under each key before it is known how it ends, since attempts at once must not pass
-- for one. Where one of the keys has to wait, none is charged, and the answer says for how long. Keys are locked in order.
create function carewall.begin_attempt(p_limits jsonb, p_now timestamptz) returns jsonb
  language plpgsql set search_path = pg_catalog as $$
declare
  moment timestamptz := coalesce(p_now, clock_timestamp());
  blocked record;
begin
  insert into carewall.attempts (key, at, not_before)
    select decode(l ->> 'key', 'hex'), moment, moment from jsonb_array_elements(p_limits) as l order by 1
    on conflict do nothing;
  perform from carewall.attempts a
    where a.key in (select decode(l ->> 'key', 'hex') from jsonb_array_elements(p_limits) as l) order by a.key for update;
  select a.key, not a.told as first,
      least(extract(epoch from a.not_before - moment) * 1000, (l ->> 'longestWaitMs')::numeric) as wait
    into blocked
    from carewall.attempts a join jsonb_array_elements(p_limits) as l on a.key = decode(l ->> 'key', 'hex')
    where a.not_before > moment order by 3 desc limit 1;
  if found then
    update carewall.attempts set told = true where key = blocked.key;
    return jsonb_build_object('waitMs', ceil(blocked.wait), 'first', blocked.first);
  end if;
  update carewall.attempts a
    set failures = c.failures, at = moment, told = false, not_before = moment + carewall.wait_after(c.failures, c.l)
    from (
      select b.key, l, carewall.leaked(b.failures, b.at, moment, l) + 1 as failures
      from carewall.attempts b join jsonb_array_elements(p_limits) as l on b.key = decode(l ->> 'key', 'hex')
    ) as c
    where a.key = c.key;
  return '{}';
end
$$;

-- Ends an attempt that did not fail: some keys forget all of their failures, others this one.
create function carewall.settle_attempt(p_cleared jsonb, p_refunded jsonb, p_now timestamptz) returns void
  language plpgsql set search_path = pg_catalog as $$
declare
  moment timestamptz := coalesce(p_now, clock_timestamp());
begin
  perform from carewall.attempts a
    where a.key in (select decode(l ->> 'key', 'hex') from jsonb_array_elements(p_cleared || p_refunded) as l)
    order by a.key for update;
  delete from carewall.attempts a
    where a.key in (select decode(l ->> 'key', 'hex') from jsonb_array_elements(p_cleared) as l);
  update carewall.attempts a
    set failures = c.failures, at = moment, not_before = least(a.not_before, moment + carewall.wait_after(c.failures, c.l))
    from (
      select b.key, l, greatest(0, carewall.leaked(b.failures, b.at, moment, l) - 1) as failures
      from carewall.attempts b join jsonb_array_elements(p_refunded) as l on b.key = decode(l ->> 'key', 'hex')
    ) as c
    where a.key = c.key;
end
$$;

do $$
declare
  t text;
begin
  foreach t in array array['totp_factors', 'passkeys', 'backup_codes', 'factor_changes', 'challenges', 'known_devices'] loop
    execute format('alter table carewall.%I enable row level security', t);
    execute format('alter table carewall.%I force row level security', t);
    execute format(
      'create policy tenant on carewall.%I to carewall_app using (org_id = carewall.current_org()) with check (org_id = carewall.current_org())', t
    );
    execute format('create policy identity on carewall.%I to carewall_identity using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on carewall.%I to carewall_identity', t);
  end loop;
end
$$;
alter table carewall.attempts enable row level security;
alter table carewall.attempts force row level security;
create policy identity on carewall.attempts to carewall_identity using (true) with check (true);
grant select, insert, update, delete on carewall.attempts to carewall_identity;
-- Letters to the owner are written inside the organisation.
grant select on carewall.factor_changes to carewall_app;
