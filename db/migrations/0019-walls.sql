-- Walls: displays that somebody let show one board. Each is an account of the kind `device` that holds `display` where
-- its board is, and one session of the kind `wall`.

insert into carewall.topics (org_id, topic, name, place)
  select id, 'org/' || id || '/walls', name, id from carewall.organisations;

create table carewall.walls (
  org_id text not null references carewall.organisations,
  id text not null,
  -- The device's account, which is made when the device takes its token.
  account text not null unique,
  -- Where its board is: whoever may look after walls there may look after this one.
  place text not null,
  version int not null,
  entity jsonb not null,
  -- When it was last heard, written at most once a minute.
  contact jsonb,
  revoked_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, place) references carewall.places (org_id, id)
) with (fillfactor = 50);

-- A display that shows a code and waits. Nobody's until somebody approves it or turns it away. The secret by which the
-- device asks is stored hashed; the code that it shows opens nothing by itself, and lives for ten minutes.
create table carewall.wall_pairings (
  device_hash bytea primary key,
  user_code text not null unique,
  org_id text references carewall.organisations,
  wall text,
  status text not null default 'waiting' check (status in ('waiting', 'approved', 'denied', 'taken')),
  -- From where it was begun, as far as one client can be told from another: only so many may wait at once.
  address text not null,
  begun_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  asked_at timestamptz,
  check ((status = 'waiting') = (org_id is null)),
  foreign key (org_id, wall) references carewall.walls (org_id, id)
);
create index on carewall.wall_pairings (address, expires_at);
create index on carewall.wall_pairings (expires_at);
create index on carewall.wall_pairings (org_id, wall) where wall is not null;

-- How many wrong codes somebody has tried of late.
create index commands_about_codes on carewall.commands (org_id, at) where type in ('wall.approve', 'wall.deny');

do $$
declare
  t text;
begin
  foreach t in array array['walls', 'wall_pairings'] loop
    execute format('alter table carewall.%I enable row level security', t);
    execute format('alter table carewall.%I force row level security', t);
    execute format('create policy identity on carewall.%I to carewall_identity using (true) with check (true)', t);
  end loop;
end
$$;
create policy tenant on carewall.walls to carewall_app
  using (org_id = carewall.current_org()) with check (org_id = carewall.current_org());
-- What waits belongs to nobody yet, and is there for the transaction that names its code; what becomes of it, for the
-- organisation of whoever answered it.
create policy tenant on carewall.wall_pairings to carewall_app
  using (
    org_id = carewall.current_org()
    or (org_id is null and user_code = nullif(current_setting('carewall.user_code', true), ''))
  )
  with check (org_id = carewall.current_org());

grant select, insert, update on carewall.walls to carewall_app;
grant select, update (org_id, wall, status, expires_at) on carewall.wall_pairings to carewall_app;
-- Revoking a wall ends its session and says why; renaming it renames its account.
grant update (ended_why) on carewall.sessions to carewall_app;
grant update (name) on carewall.accounts to carewall_app;
grant select on carewall.walls to carewall_identity;
-- FOR SHARE asks for the right to update.
grant update (contact) on carewall.walls to carewall_identity;
grant select, insert, update, delete on carewall.wall_pairings to carewall_identity;

-- A display may lose its power before its browser has written the newest token down, and comes back with the one
-- before. Of a wall's tokens the one before is taken once more as long as nobody has used its successor, which then is
-- void: whoever brings a void one holds a copy, and ends the session.
alter table carewall.refresh_tokens add column void_at timestamptz;
