-- Accounts as administrators see them, and how people and systems come to have one.

insert into carewall.topics (org_id, topic, name, place)
  select id, 'org/' || id || '/people', name, id from carewall.organisations
  union all
  select org_id, 'facility/' || id || '/people', name, id from carewall.places where kind = 'facility'
  union all
  select org_id, 'user/' || id || '/profile', name, id from carewall.places where kind = 'person';

-- Accounts and grants are what holds. What was told of them stands beside: an account that was made or changed by other
-- means than a command is told of within a second.
alter table carewall.accounts add column listed boolean not null default false;
create index on carewall.accounts (org_id, id) where kind = 'person' and not listed;

-- The items of the lists of people, by kind, and profiles. `print` is keyed: one address is invited once at a time.
create table carewall.access_entities (
  org_id text not null references carewall.organisations,
  kind text not null check (kind in ('account', 'invitation', 'request', 'key', 'domain', 'profile')),
  id text not null,
  version int not null,
  -- Whether the lists show it.
  open boolean not null,
  facilities text[] not null default '{}',
  print bytea,
  entity jsonb not null,
  primary key (org_id, kind, id)
);
create unique index on carewall.access_entities (org_id, kind, print) where open and print is not null;
create unique index on carewall.access_entities (id) where kind = 'domain' and open;
create index on carewall.access_entities using gin (facilities) where open;

-- Who asked for an account and has not yet shown that the address is theirs: sealed, and gone after two days.
create table carewall.account_requests (
  id text primary key,
  org_id text not null references carewall.organisations,
  said jsonb not null,
  made_at timestamptz not null default clock_timestamp(),
  entered_at timestamptz
);
create index on carewall.account_requests (made_at);

-- Links that were sent: what each is for, once, until when. Only those who look a link up before they know whose it is
-- read them.
create table carewall.link_secrets (
  hash bytea primary key,
  org_id text not null references carewall.organisations,
  purpose text not null check (purpose in ('invitation', 'request', 'password', 'email')),
  about text not null,
  made_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index on carewall.link_secrets (org_id, purpose, about);
create index on carewall.link_secrets (expires_at);

-- The key of a system: by its hash, the session that it opens.
create table carewall.session_keys (
  hash bytea primary key,
  org_id text not null references carewall.organisations,
  session uuid not null references carewall.sessions on delete cascade
);
create index on carewall.session_keys (session);

do $$
declare
  t text;
begin
  foreach t in array array['access_entities', 'account_requests', 'link_secrets', 'session_keys'] loop
    execute format('alter table carewall.%I enable row level security', t);
    execute format('alter table carewall.%I force row level security', t);
    execute format(
      'create policy tenant on carewall.%I to carewall_app using (org_id = carewall.current_org()) with check (org_id = carewall.current_org())', t
    );
    execute format('create policy identity on carewall.%I to carewall_identity using (true) with check (true)', t);
  end loop;
end
$$;

grant select, insert, update on carewall.access_entities to carewall_app;
grant select on carewall.access_entities to carewall_identity;
grant select, insert, update, delete on carewall.account_requests to carewall_identity;
grant select, insert, update, delete on carewall.link_secrets to carewall_identity;
-- Letters are written in the application's role: it keeps hashes of secrets, ends them, and reads none.
grant insert, delete on carewall.link_secrets to carewall_app;
grant select (org_id, purpose, about) on carewall.link_secrets to carewall_app;
grant insert on carewall.session_keys to carewall_app;
grant select on carewall.session_keys to carewall_identity;

-- Commands make accounts, and name, move and disable them. Passwords they neither read nor write.
grant insert (id, org_id, email, name, kind, listed) on carewall.accounts to carewall_app;
grant update (email, name, disabled_at, listed) on carewall.accounts to carewall_app;
revoke select on carewall.accounts from carewall_app;
grant select (id, org_id, email, name, kind, disabled_at, listed) on carewall.accounts to carewall_app;
-- A role that somebody had for a while is theirs for good once it is given.
grant update (until) on carewall.grants to carewall_app;
grant update (name) on carewall.places, carewall.topics to carewall_app;

-- They end sessions, and begin those of systems: never one that a person signs in to.
grant insert (id, org_id, account, expires_at, kind, scope, stepped_up_at) on carewall.sessions to carewall_app;
grant update (ended_at, ended_why) on carewall.sessions to carewall_app;
create policy no_browser on carewall.sessions as restrictive for insert to carewall_app with check (kind <> 'browser');

-- Addresses and domains are one list for all organisations; of others nothing is told but that they are taken.
create function carewall.email_taken(p_email text) returns boolean
  language sql stable security definer set search_path = pg_catalog
  return exists (select from carewall.accounts a where a.email = lower(p_email));
create function carewall.domain_elsewhere(p_org text, p_domain text) returns boolean
  language sql stable security definer set search_path = pg_catalog
  return exists (
    select from carewall.access_entities e where e.kind = 'domain' and e.id = p_domain and e.open and e.org_id <> p_org
  );
grant create on schema carewall to carewall_identity;
alter function carewall.email_taken(text) owner to carewall_identity;
alter function carewall.domain_elsewhere(text, text) owner to carewall_identity;
revoke create on schema carewall from carewall_identity;
revoke execute on function carewall.email_taken(text), carewall.domain_elsewhere(text, text) from public;
grant execute on function carewall.email_taken(text), carewall.domain_elsewhere(text, text) to carewall_app;
