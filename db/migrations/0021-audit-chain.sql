-- The audit as a chain: rows are only ever added, each takes a place in its organisation's chain within a second of its
-- commit, and signed checkpoints hold the chain. Who acted stands there by kind and id: names are looked up when shown.
-- Breaking for whoever updates or deletes audit rows: nobody may.

set local statement_timeout = 0;

-- Nothing is sealed yet: this is the last moment at which a row may change.
update carewall.audit set principal = principal - 'name' where principal ? 'name';
create index audit_tx on carewall.audit (tx, id);
create index audit_command on carewall.audit (command) where command is not null;

-- Whoever writes, the row is of this transaction and this moment, and names nobody.
create function carewall.audit_as_written() returns trigger
  language plpgsql set search_path = pg_catalog as $$
begin
  new.principal := jsonb_build_object('kind', new.principal -> 'kind', 'id', new.principal -> 'id');
  new.tx := pg_current_xact_id();
  new.at := clock_timestamp();
  return new;
end
$$;
create trigger as_written before insert on carewall.audit for each row execute function carewall.audit_as_written();

-- What is hashed of a row: all of it, as one JSON array. Another column of carewall.audit is another version of this line.
create function carewall.audit_line(a carewall.audit) returns text
  language sql stable set search_path = pg_catalog
  return jsonb_build_array(
    a.id, a.org_id, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), a.principal, a.session, a.action,
    a.outcome, a.command, a.heads, a.details, a.client, a.tx::text
  )::text;

-- The place of each row in its organisation's chain. `hash` covers the place, the row and the hash before it.
create table carewall.audit_chain (
  org_id text not null,
  n bigint not null check (n > 0),
  audit_id bigint not null unique,
  hash bytea not null,
  primary key (org_id, n)
);

-- Where each chain ends, for whoever goes on with it. What it says is never believed without the chain.
create table carewall.audit_heads (
  org_id text primary key,
  n bigint not null,
  hash bytea not null,
  checkpoint bigint not null default 0,
  checkpoint_n bigint not null default 0,
  checkpoint_at timestamptz not null default '-infinity'
) with (fillfactor = 50);

-- Keys that sign checkpoints. Public halves are kept for ever; `mac` is made with the key ring, so that a key that
-- somebody put here is known for what it is.
create table carewall.audit_keys (
  id text primary key,
  public_jwk jsonb not null,
  mac bytea not null,
  sealed_private bytea,
  ring_key text not null,
  created_at timestamptz not null default clock_timestamp(),
  retired_at timestamptz
);

-- `k` counts the checkpoints of a chain, so that one that is taken away is missed.
create table carewall.audit_checkpoints (
  org_id text not null,
  k bigint not null check (k > 0),
  n bigint not null,
  hash bytea not null,
  at timestamptz not null,
  key text not null references carewall.audit_keys,
  signature bytea not null,
  primary key (org_id, k)
);
create index on carewall.audit_checkpoints (org_id, at);

-- Where a chain begins, once what is older is no longer kept: at a checkpoint, and signed for.
create table carewall.audit_origins (
  org_id text not null,
  k bigint not null,
  n bigint not null,
  hash bytea not null,
  at timestamptz not null,
  key text not null references carewall.audit_keys,
  signature bytea not null,
  primary key (org_id, n)
);

-- Rows of transactions below the floor are sealed, all of them.
create table carewall.audit_sealing (
  only_row boolean primary key default true check (only_row),
  floor xid8 not null default '0'
) with (fillfactor = 50);
insert into carewall.audit_sealing default values;

-- How often something notable happened to an account or from an address, by the minute. Kept for a few hours.
create table carewall.security_tallies (
  org_id text not null,
  kind text not null,
  subject_kind text not null check (subject_kind in ('account', 'address')),
  subject text not null,
  minute timestamptz not null,
  count bigint not null,
  last_at timestamptz not null,
  primary key (org_id, kind, subject_kind, subject, minute)
) with (fillfactor = 70);
create index on carewall.security_tallies (minute);

-- One row for each kind of trouble with each subject, kept when acknowledged so that its version never goes back.
create table carewall.security_alerts (
  org_id text not null references carewall.organisations,
  id text not null,
  open boolean not null,
  -- What came before was seen by whoever acknowledged it.
  counted_from timestamptz not null default '-infinity',
  version int not null,
  entity jsonb not null,
  primary key (org_id, id)
);
create table carewall.security_incidents (
  org_id text not null references carewall.organisations,
  id text not null,
  open boolean not null,
  ended_at timestamptz,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id)
);

insert into carewall.topics (org_id, topic, name, place)
  select id, 'org/' || id || '/security', name, id from carewall.organisations;

-- Rows are added and nothing else. Only what lies before a signed origin may go.
create function carewall.audit_stays() returns trigger
  language plpgsql set search_path = pg_catalog as $$
declare
  place bigint;
begin
  if tg_op = 'DELETE' and tg_table_name = 'audit' then
    select c.n into place from carewall.audit_chain c where c.audit_id = old.id;
  elsif tg_op = 'DELETE' and tg_table_name in ('audit_chain', 'audit_checkpoints') then
    place := old.n;
  end if;
  if place is not null and exists (select from carewall.audit_origins o where o.org_id = old.org_id and o.n >= place) then
    return old;
  end if;
  raise exception 'the audit is only ever added to' using errcode = 'insufficient_privilege';
end
$$;

do $$
declare
  t text;
begin
  foreach t in array array['audit', 'audit_chain', 'audit_checkpoints', 'audit_origins'] loop
    execute format('create trigger stays before update or delete on carewall.%I for each row execute function carewall.audit_stays()', t);
    execute format('create trigger stays_whole before truncate on carewall.%I for each statement execute function carewall.audit_stays()', t);
  end loop;
  foreach t in array array[
    'audit_chain', 'audit_heads', 'audit_checkpoints', 'audit_origins', 'security_tallies', 'security_alerts', 'security_incidents'
  ] loop
    execute format('alter table carewall.%I enable row level security', t);
    execute format('alter table carewall.%I force row level security', t);
    execute format(
      'create policy tenant on carewall.%I to carewall_app using (org_id = carewall.current_org()) with check (org_id = carewall.current_org())', t
    );
  end loop;
  foreach t in array array['audit_chain', 'audit_heads', 'audit_checkpoints', 'audit_origins', 'security_tallies'] loop
    execute format('create policy relay on carewall.%I to carewall_relay using (true) with check (true)', t);
  end loop;
  execute 'create policy relay on carewall.security_alerts for select to carewall_relay using (true)';
  execute 'create policy relay on carewall.audit for select to carewall_relay using (true)';
end
$$;

-- An organisation reads its own audit. The relay's role seals it, and clears away what lies before an origin.
grant select on carewall.audit, carewall.audit_chain, carewall.audit_heads, carewall.audit_checkpoints to carewall_app;
grant select on carewall.audit to carewall_relay;
grant select, insert on carewall.audit_chain, carewall.audit_checkpoints, carewall.audit_origins, carewall.audit_keys to carewall_relay;
grant update (sealed_private, ring_key, retired_at) on carewall.audit_keys to carewall_relay;
grant select, insert, update on carewall.audit_heads to carewall_relay;
grant select, update on carewall.audit_sealing to carewall_relay;
grant select, insert, update, delete on carewall.security_tallies to carewall_relay;
grant select, insert, update on carewall.security_alerts, carewall.security_incidents to carewall_app;
grant select on carewall.security_alerts to carewall_relay;
create policy old on carewall.audit for delete to carewall_relay using (exists (
  select from carewall.audit_chain c join carewall.audit_origins o on o.org_id = c.org_id and o.n >= c.n where c.audit_id = audit.id
));
grant delete on carewall.audit, carewall.audit_chain, carewall.audit_checkpoints to carewall_relay;
