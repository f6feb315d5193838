-- Letters on their way: mails and text messages. A letter's row holds the address for as long as it is needed; what is said
-- in the letter, secrets above all, is made when it is sent and stands nowhere. The queue that carries them out, its
-- tables in graphile_worker, holds ids alone. It works under a role of its own.

do $$
declare
  becoming text := case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end;
begin
  if not exists (select from pg_roles where rolname = 'carewall_jobs') then
    begin
      create role carewall_jobs nologin;
    exception
      when duplicate_object or unique_violation then null;
    end;
  end if;
  if not pg_has_role(current_user, 'carewall_jobs', becoming) then
    grant carewall_jobs to current_user;
  end if;
end
$$;

create table carewall.post (
  org_id text not null references carewall.organisations,
  id uuid not null default gen_random_uuid(),
  letter text not null check (letter ~ '^[a-z][a-z-]*$'),
  language text not null check (language in ('en', 'vi')),
  channel text not null check (channel in ('email', 'phone')),
  -- Erased once the letter has reached its end.
  address text check (length(address) <= 320),
  about text not null,
  status text not null default 'waiting' check (status in ('waiting', 'sent', 'failed', 'unwanted')),
  -- Why it was not sent, of a closed list: never what another server said.
  why text,
  attempts int not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  primary key (org_id, id),
  check ((status = 'waiting') = (address is not null)),
  check ((status = 'waiting') = (ended_at is null))
);
create index on carewall.post (ended_at) where ended_at is not null;
create index on carewall.post (status) where status in ('waiting', 'failed');

-- What a demo shows in the place of a mail server and a telephone. It holds whole letters, so it exists for demos alone:
-- in production nothing writes here.
create table carewall.demo_mailbox (
  org_id text not null references carewall.organisations,
  id uuid not null,
  at timestamptz not null default clock_timestamp(),
  channel text not null check (channel in ('email', 'phone')),
  address text not null,
  subject text not null,
  body text not null,
  primary key (org_id, id)
);

do $$
declare
  t text;
begin
  foreach t in array array['post', 'demo_mailbox'] loop
    execute format('alter table carewall.%I enable row level security', t);
    execute format('alter table carewall.%I force row level security', t);
    execute format(
      'create policy tenant on carewall.%I to carewall_app using (org_id = carewall.current_org()) with check (org_id = carewall.current_org())', t
    );
  end loop;
end
$$;
create policy identity on carewall.post for insert to carewall_identity with check (true);
create policy relay on carewall.post for select to carewall_relay using (true);
-- What the relay's role clears away: letters that ended a month ago, and those that nobody tries any more.
create policy old on carewall.post for delete to carewall_relay using (ended_at < clock_timestamp() - interval '30 days');
create policy lost on carewall.post for update to carewall_relay
  using (status = 'waiting' and created_at < clock_timestamp() - interval '3 days') with check (status = 'failed');

grant select, insert, update on carewall.post to carewall_app;
grant insert on carewall.post to carewall_identity;
grant select (org_id, id, letter, channel, status, why, attempts, created_at, ended_at) on carewall.post to carewall_relay;
grant update (status, why, address, ended_at), delete on carewall.post to carewall_relay;
grant select, insert, update, delete on carewall.demo_mailbox to carewall_app;

-- The queue's own tables come with its library, which db/migrate.ts asks to make them before this. Its role reaches them and
-- nothing of ours.
grant usage on schema graphile_worker to carewall_jobs;
grant select, insert, update, delete on all tables in schema graphile_worker to carewall_jobs;
grant usage on all sequences in schema graphile_worker to carewall_jobs;
do $$
declare
  t text;
begin
  for t in
    select c.relname from pg_class c
    where c.relnamespace = 'graphile_worker'::regnamespace and c.relkind = 'r' and c.relrowsecurity
  loop
    execute format('create policy jobs on graphile_worker.%I to carewall_jobs using (true) with check (true)', t);
  end loop;
end
$$;

-- A letter's row is its order: whoever may write the row has it sent, and nobody needs a right to the queue.
create function carewall.order_letter() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform graphile_worker.add_job(
    'post', json_build_object('org', new.org_id, 'post', new.id), max_attempts => 10
  );
  return null;
end
$$;
grant usage, create on schema carewall to carewall_jobs;
alter function carewall.order_letter() owner to carewall_jobs;
revoke create on schema carewall from carewall_jobs;
revoke execute on function carewall.order_letter() from public;
create trigger ordered after insert on carewall.post for each row execute function carewall.order_letter();

-- A node that dies leaves its jobs taken, for hours by the library's own reckoning. None of ours runs for more than a
-- minute: one that was taken three minutes ago is nobody's. A worker has one job at a time.
create function carewall.release_lost_jobs() returns void
  language plpgsql set search_path = pg_catalog as $$
begin
  perform graphile_worker.force_unlock_workers(array(
    select j.locked_by from graphile_worker.jobs j
    where j.locked_by is not null and j.locked_at < clock_timestamp() - interval '3 minutes'
  ));
end
$$;
revoke execute on function carewall.release_lost_jobs() from public;
grant execute on function carewall.release_lost_jobs() to carewall_jobs;
