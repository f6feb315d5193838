-- Who is asked for the counts of a facility, and the links through which they give them without an account of theirs.

insert into carewall.topics (org_id, topic, name, place)
  select org_id, 'facility/' || id || '/contacts', name, id from carewall.places where kind = 'facility'
  on conflict do nothing;

create table carewall.count_contacts (
  org_id text not null,
  id text not null,
  facility text not null,
  channel text not null check (channel in ('email', 'phone')),
  address text not null,
  language text not null,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id),
  unique (org_id, facility, address),
  foreign key (org_id, facility) references carewall.places (org_id, id)
);

-- `live_until` is missing once a link has ended. A contact has one that has not.
create table carewall.count_links (
  org_id text not null,
  id uuid not null,
  contact text not null,
  facility text not null,
  created_at timestamptz not null,
  live_until timestamptz,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id),
  foreign key (org_id, contact) references carewall.count_contacts (org_id, id) on delete cascade
);
create unique index on carewall.count_links (org_id, contact) where live_until is not null;
create index on carewall.count_links (org_id, contact, created_at);
create index on carewall.count_links (live_until) where live_until is not null;

-- What is kept of the secrets in a link's letter. More than one where the letter had to be sent again: each may have arrived.
create table carewall.count_link_secrets (
  hash bytea primary key,
  org_id text not null,
  link uuid not null,
  foreign key (org_id, link) references carewall.count_links (org_id, id) on delete cascade
);
create index on carewall.count_link_secrets (org_id, link);

do $$
declare
  t text;
begin
  foreach t in array array['count_contacts', 'count_links', 'count_link_secrets'] loop
    execute format('alter table carewall.%I enable row level security', t);
    execute format('alter table carewall.%I force row level security', t);
    execute format(
      'create policy tenant on carewall.%I to carewall_app using (org_id = carewall.current_org()) with check (org_id = carewall.current_org())', t
    );
  end loop;
  foreach t in array array['count_contacts', 'count_links'] loop
    execute format('create policy relay on carewall.%I for select to carewall_relay using (true)', t);
  end loop;
  -- Whoever holds a secret says nothing of an organisation.
  foreach t in array array['count_contacts', 'count_links', 'count_link_secrets'] loop
    execute format('create policy identity on carewall.%I for select to carewall_identity using (true)', t);
  end loop;
end
$$;
grant select, insert, update, delete on carewall.count_contacts to carewall_app;
grant select, insert, update on carewall.count_links to carewall_app;
grant select, insert on carewall.count_link_secrets to carewall_app;
grant select (org_id, id, facility, channel) on carewall.count_contacts to carewall_relay;
grant select on carewall.count_links to carewall_relay;
grant select on carewall.count_contacts, carewall.count_links, carewall.count_link_secrets to carewall_identity;
