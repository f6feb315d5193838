-- A country of facilities: what is derived from them is read by what was touched, in one step.

-- The facilities of a region, and the turnarounds of some facilities, without a look at everybody else's.
create index on carewall.places (org_id, parent) where kind = 'facility';
create index on carewall.finished_turnarounds (org_id, facility, ended_at);

-- Census and network are derived together from now on, so that a bed's change need not wait for two rounds. The place in the
-- log is where the slower of the two had come; what the faster had derived already is derived again, and found unchanged.
-- The owner may only see the rows of a table that is not forced upon it.
alter table carewall.projections no force row level security;
insert into carewall.projections (org_id, name, floor, at)
  select org_id, 'availability', min(floor), min(at)
  from carewall.projections where name in ('census', 'network') group by org_id having count(*) = 2;
delete from carewall.projections where name in ('census', 'network');
alter table carewall.projections force row level security;

-- As before, but each event is looked at once, not once for each topic: a batch of derived events is on a hundred topics.
create or replace function carewall.append_events(p_org text, p_by jsonb, p_events jsonb) returns jsonb
  language plpgsql set search_path = pg_catalog as $$
declare
  t record;
  head bigint;
  moment timestamptz;
  heads jsonb := '[]';
begin
  for t in
    select e.item ->> 'topic' as topic, count(*) as n, array_agg(e.item order by e.n) as items
    from jsonb_array_elements(p_events) with ordinality as e(item, n)
    group by e.item ->> 'topic' order by e.item ->> 'topic'
  loop
    update carewall.topics set seq = seq + t.n, at = clock_timestamp()
      where org_id = p_org and topic = t.topic
      returning seq, date_trunc('milliseconds', at) into head, moment;
    if not found then
      raise exception 'no topic %', t.topic using errcode = 'foreign_key_violation';
    end if;
    insert into carewall.events (org_id, topic, seq, at, type, by, data)
      select p_org, t.topic, head - t.n + i.n, moment, i.item ->> 'type', p_by, i.item -> 'data'
      from unnest(t.items) with ordinality as i(item, n);
    heads := heads || jsonb_build_object('topic', t.topic, 'seq', head);
  end loop;
  return heads;
end
$$;
