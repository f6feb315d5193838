-- Payments, their ledger, what is asked of gateways and what gateways tell.

create table carewall.payments (
  org_id text not null references carewall.organisations,
  id text not null,
  gateway text not null,
  payer text,
  status text not null,
  -- On the list until then; off it, in the records only.
  listed boolean not null,
  leaves_at timestamptz not null,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id)
) with (fillfactor = 70);
create index on carewall.payments (org_id, id) where listed;
create index on carewall.payments (leaves_at) where listed;

create table carewall.payment_gateways (
  org_id text not null references carewall.organisations,
  id text not null,
  version int not null,
  entity jsonb not null,
  -- Sealed: what it signs with.
  secret jsonb not null,
  primary key (org_id, id)
);

-- Double entries: one row for each account that a movement of money touches. Written once, never changed.
create table carewall.payment_entries (
  org_id text not null,
  payment text not null,
  movement text not null,
  account text not null check (account in ('buyer', 'provider', 'platform', 'gateway')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount bigint not null check (amount <> 0),
  at timestamptz not null,
  primary key (org_id, payment, movement, account),
  foreign key (org_id, payment) references carewall.payments (org_id, id)
);

-- Each movement comes to nothing over its accounts, in one currency: looked at when the transaction ends.
create function carewall.check_movement() returns trigger
  language plpgsql set search_path = pg_catalog as $$
begin
  if (
    select sum(e.amount) <> 0 or count(distinct e.currency) <> 1 from carewall.payment_entries e
    where e.org_id = new.org_id and e.payment = new.payment and e.movement = new.movement
  ) then
    raise exception 'a movement does not balance' using errcode = 'check_violation';
  end if;
  return null;
end
$$;
create constraint trigger balanced after insert or update on carewall.payment_entries
  deferrable initially deferred for each row execute function carewall.check_movement();

-- What is to be asked of a gateway: written with the event that says so, gone when the gateway has taken it.
create table carewall.payment_outbox (
  org_id text not null,
  gateway text not null,
  payment text not null,
  request text not null,
  what text not null check (what in ('initiate', 'capture', 'cancel', 'refund')),
  amount bigint not null,
  currency text not null,
  at timestamptz not null,
  -- Whoever has taken it is busy with it until then.
  leased_until timestamptz not null default '-infinity',
  primary key (org_id, payment, request),
  foreign key (org_id, payment) references carewall.payments (org_id, id)
);
create index on carewall.payment_outbox (org_id, gateway, leased_until);

-- What a gateway told, stored before it is answered. The body is sealed.
create table carewall.payment_deliveries (
  org_id text not null,
  gateway text not null,
  event_id text not null,
  body_hash bytea not null,
  body jsonb not null,
  received_at timestamptz not null default clock_timestamp(),
  status text not null default 'stored' check (status in ('stored', 'applied', 'quarantined')),
  attempts int not null default 0,
  -- Not to be taken before: a worker is busy with it, or it failed and is tried again.
  wait_until timestamptz not null default '-infinity',
  ended_at timestamptz,
  -- Why it could not be applied: a code, and words that hold nothing of what was told.
  reason text,
  primary key (org_id, gateway, event_id),
  foreign key (org_id, gateway) references carewall.payment_gateways (org_id, id)
);
create index on carewall.payment_deliveries (wait_until) where status = 'stored';
create index on carewall.payment_deliveries (org_id, ended_at) where status = 'applied';

do $$
declare
  t text;
begin
  foreach t in array array['payments', 'payment_gateways', 'payment_entries', 'payment_outbox', 'payment_deliveries'] loop
    execute format('alter table carewall.%I enable row level security', t);
    execute format('alter table carewall.%I force row level security', t);
    execute format(
      'create policy tenant on carewall.%I to carewall_app using (org_id = carewall.current_org()) with check (org_id = carewall.current_org())', t
    );
  end loop;
  foreach t in array array['payments', 'payment_deliveries'] loop
    execute format('create policy relay on carewall.%I for select to carewall_relay using (true)', t);
  end loop;
end
$$;

grant select, insert, update on carewall.payments, carewall.payment_gateways to carewall_app;
grant select, insert on carewall.payment_entries to carewall_app;
grant select, insert, update, delete on carewall.payment_outbox, carewall.payment_deliveries to carewall_app;
grant select (org_id, id, version, listed, leaves_at) on carewall.payments to carewall_relay;
grant select (org_id, status, wait_until) on carewall.payment_deliveries to carewall_relay;

-- A gateway speaks as a feed of its organisation. The application makes those, and no feed of another kind.
grant insert on carewall.feeds to carewall_app;
grant update (name) on carewall.feeds to carewall_app;
create policy gateway_made on carewall.feeds as restrictive for insert to carewall_app
  with check (application like 'webhook:%');

insert into carewall.topics (org_id, topic, name, place)
  select id, 'org/' || id || '/payments', name, id from carewall.organisations;
