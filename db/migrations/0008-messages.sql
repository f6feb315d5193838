-- Conversations: who is in them, what was said. Rows hold the entities as their topic's state shows them, with all that
-- people wrote sealed; the columns beside them are what rows are found and counted by.

create table carewall.conversations (
  org_id text not null,
  id text not null,
  kind text not null check (kind in ('direct', 'group')),
  -- Of a direct one, the two who are in it, in order: there is one for each two.
  pair text[],
  last_number int not null default 0,
  last_at timestamptz not null,
  version int not null,
  entity jsonb not null,
  primary key (org_id, id),
  unique (org_id, pair),
  check ((kind = 'direct') = (pair is not null)),
  foreign key (org_id, id) references carewall.places (org_id, id)
) with (fillfactor = 70);
create index on carewall.conversations using gin (pair);

create table carewall.conversation_members (
  org_id text not null,
  conversation text not null,
  account text not null references carewall.accounts on delete cascade,
  joined_after int not null,
  read_up_to int not null,
  entity jsonb not null,
  primary key (org_id, conversation, account),
  foreign key (org_id, conversation) references carewall.conversations (org_id, id)
) with (fillfactor = 70);

create table carewall.messages (
  org_id text not null,
  conversation text not null,
  id text not null,
  number int not null,
  author text not null,
  -- One that was taken back is nobody's to read any more.
  retracted boolean not null,
  awaiting text[] not null,
  version int not null,
  entity jsonb not null,
  primary key (org_id, conversation, id),
  unique (org_id, conversation, number),
  foreign key (org_id, conversation) references carewall.conversations (org_id, id)
);
create index messages_awaiting on carewall.messages (org_id, conversation) where awaiting <> '{}';

do $$
declare
  t text;
begin
  foreach t in array array['conversations', 'conversation_members', 'messages'] loop
    execute format('alter table carewall.%I enable row level security', t);
    execute format('alter table carewall.%I force row level security', t);
    execute format(
      'create policy tenant on carewall.%I to carewall_app using (org_id = carewall.current_org()) with check (org_id = carewall.current_org())', t
    );
  end loop;
end
$$;
grant select, insert, update on carewall.conversations, carewall.messages to carewall_app;
grant select, insert, update, delete on carewall.conversation_members to carewall_app;
