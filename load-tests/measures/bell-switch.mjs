/*
 * Switches the bell of running nodes, from within the database: the product has no such switch and should have none.
 * A function of the same name stands before Postgres's own on the search path of each session that begins after
 * `installBellSwitch`; it costs the same whichever way it is set.
 */

/** @typedef {'silent' | 'bell' | 'inside'} BellMode nobody rings; the nodes ring; each command's transaction rings besides */

/** @param {import('postgres').Sql} sql */
export async function installBellSwitch(sql) {
  await sql.unsafe(`
    create schema measure;
    grant usage on schema measure to public;
    create table measure.bell (mode text not null);
    insert into measure.bell values ('bell');
    create function measure.pg_notify(channel text, payload text) returns void
      language plpgsql security definer set search_path = pg_catalog as $$
      begin
        if (select mode <> 'silent' from measure.bell) then perform pg_notify(channel, payload); end if;
      end $$;
    create function measure.ring_inside() returns trigger
      language plpgsql security definer set search_path = pg_catalog as $$
      begin
        if (select mode = 'inside' from measure.bell) then perform pg_notify('carewall_bell', ''); end if;
        return null;
      end $$;
    create trigger ring_inside after insert on carewall.audit for each row execute function measure.ring_inside();
    do $$ begin execute format('alter database %I set search_path = measure, pg_catalog, public', current_database()); end $$;
  `);
}

/**
 * @param {import('postgres').Sql} sql
 * @param {BellMode} mode
 */
export async function switchBell(sql, mode) {
  await sql`update measure.bell set mode = ${mode}`;
}
