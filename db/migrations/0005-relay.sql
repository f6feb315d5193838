-- Who leads the relay. The leader holds an advisory lock on the session that reads the log; this row names it, its term,
-- which only grows, its last sign of life, and the floor from which whoever follows it publishes again.

create table carewall.relay (
  only_row boolean primary key default true check (only_row),
  term bigint not null default 0,
  node text,
  backend_pid int,
  heartbeat_at timestamptz,
  floor xid8
);
insert into carewall.relay default values;

-- Makes the calling session the leader, where there is none. Where there is one without a sign of life for so long, ends
-- its session; the lock it held is then free for the next call. Gives the new term and the floor, or nothing.
create function carewall.claim_relay(p_node text, p_patience_ms int) returns table (term bigint, floor text, pid int)
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  leader record;
  lock_key constant bigint := 4858365012111402;
begin
  if pg_try_advisory_lock(lock_key) then
    return query
      update carewall.relay r
        set term = r.term + 1, node = p_node, backend_pid = pg_backend_pid(), heartbeat_at = clock_timestamp(),
          floor = coalesce(r.floor, pg_snapshot_xmin(pg_current_snapshot()))
        returning r.term, r.floor::text, r.backend_pid;
    return;
  end if;
  select * into leader from carewall.relay;
  if leader.heartbeat_at < clock_timestamp() - make_interval(secs => p_patience_ms / 1000.0) then
    -- Only the session that really holds the lock: the pid may be another's by now.
    perform pg_terminate_backend(l.pid) from pg_locks l
      where l.locktype = 'advisory' and l.granted and l.pid <> pg_backend_pid()
        and l.database = (select oid from pg_database where datname = current_database())
        and (l.classid::bigint << 32) + l.objid::bigint = lock_key and l.objsubid = 1;
  end if;
end
$$;

grant select on carewall.relay to carewall_relay;
grant update (heartbeat_at, floor) on carewall.relay to carewall_relay;
revoke execute on function carewall.claim_relay(text, int) from public;
grant execute on function carewall.claim_relay(text, int) to carewall_relay;
