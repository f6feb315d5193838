import { z } from 'zod';
import type { Database } from './connect.ts';
import type { KeyRing } from './key-ring.ts';

/** How long a node is taken to be serving after it has last said what it has. */
const aliveSeconds = 20;

const currentSchema = z.object({ current: z.string().nullable() });

/** Says what a node has of the key ring. Gives the key that is current now, as the last rotation told; undefined before any. */
export async function reportKeyRing(
  relay: Database,
  node: string,
  ring: KeyRing,
): Promise<string | undefined> {
  const [row] = await relay`
    with said as (
      insert into carewall.ring_nodes (node, current, keys) values (${node}, ${ring.current}, ${[...ring.keys]})
        on conflict (node) do update set current = excluded.current, keys = excluded.keys, seen_at = clock_timestamp()
    )
    select (select id from carewall.ring_keys where current_at is not null order by current_at desc limit 1) as current`;
  return currentSchema.parse(row).current ?? undefined;
}

/** The nodes that serve now and have not got a key yet, or do not wrap with it. */
export async function nodesBehind(
  keys: Database,
  key: string,
  wants: 'known' | 'current',
): Promise<string[]> {
  await keys`delete from carewall.ring_nodes where seen_at < clock_timestamp() - interval '1 hour'`;
  const rows = await keys`
    select node from carewall.ring_nodes
    where seen_at > clock_timestamp() - make_interval(secs => ${aliveSeconds})
      and not (${wants === 'current' ? keys`current = ${key}` : keys`${key} = any(keys)`})
    order by node`;
  return z
    .array(z.object({ node: z.string() }))
    .parse(rows)
    .map(({ node }) => node);
}

/** Writes down that a key is the current one from now on. Again, it changes nothing. */
export async function recordCurrentKey(keys: Database, key: string): Promise<void> {
  await keys`
    insert into carewall.ring_keys (id, current_at) values (${key}, clock_timestamp())
    on conflict (id) do update set current_at = coalesce(ring_keys.current_at, excluded.current_at)`;
}

/**
 * Retires keys: from here on the database refuses rows under them. Comes back once every transaction that could still have
 * written one has ended.
 */
export async function retireKeys(keys: Database, ids: readonly string[]): Promise<void> {
  const [row] = await keys`
    with retired as (
      insert into carewall.ring_keys (id, retired_at) select id, clock_timestamp() from unnest(${[...ids]}::text[]) as id
        on conflict (id) do update set retired_at = coalesce(ring_keys.retired_at, excluded.retired_at)
    )
    select pg_current_xact_id()::text as tx`;
  const { tx } = z.object({ tx: z.string() }).parse(row);
  for (;;) {
    const [answer] = await keys`select pg_snapshot_xmin(pg_current_snapshot()) > ${tx}::xid8 as over`;
    if (z.object({ over: z.boolean() }).parse(answer).over) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
