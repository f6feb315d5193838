import postgres from 'postgres';

const channel = 'carewall_bell';
const by = JSON.stringify({ kind: 'person', id: 'measure', name: 'Measure' });
const change = {
  bed: 'ds-01',
  version: 2,
  changes: { isolation: { from: { precaution: 'contact' }, to: { precaution: 'droplet' } } },
};

/**
 * What a command does to the log, without a server: each writer appends an event to a topic of its own, one transaction
 * after the other, as the application's role. A reader listens to the bell, and polls where it hears nothing.
 */

/**
 * Makes the topics to which the writers append.
 * @param {import('postgres').Sql} sql
 * @param {number} writers
 */
export async function makeTopics(sql, writers) {
  await sql`
    insert into carewall.topics (org_id, topic, name, place)
    select 'demo', 'unit/load-' || n || '/beds', 'load', 'ds' from generate_series(1, ${writers}) n on conflict do nothing`;
}

/**
 * Connections that write, ring and read, ready for rounds.
 * @param {string} url
 * @param {{ writers: number, topics?: number, ringEveryMs: number, pollMs: number }} options a topic each, unless there are fewer
 */
export function openSqlWriters(url, { writers, topics = writers, ringEveryMs, pollMs }) {
  const common = { onnotice: () => undefined, idle_timeout: 0 };
  const app = postgres(url, { ...common, max: writers, connection: { role: 'carewall_app' } });
  const bell = postgres(url, { ...common, max: 1, connection: { role: 'carewall_relay' } });
  const relay = postgres(url, { ...common, max: 2, connection: { role: 'carewall_relay' } });

  /**
   * @param {{ seconds: number, mode: import('./bell-switch.mjs').BellMode | 'alone' }} round
   * @returns {Promise<{ perSecond: number, rings: number, reads: number, read: number }>}
   */
  async function round({ seconds, mode }) {
    const reader = mode === 'alone' ? undefined : await startReader(relay, pollMs, mode !== 'silent');
    let rings = 0;
    const ringer = createRinger(async () => {
      rings += 1;
      await bell.notify(channel, '');
    }, ringEveryMs);
    const inside = mode === 'inside' ? `select pg_notify('${channel}', '');` : '';
    let commits = 0;
    let counting = false;
    let over = false;
    await Promise.all([
      ...Array.from({ length: writers }, async (_, index) => {
        const topic = `unit/load-${(index % topics) + 1}/beds`;
        const events = JSON.stringify([{ topic, type: 'bed.isolated', data: change }]);
        // One message, which Postgres makes one transaction of: what is measured is not the round trips of this client.
        const transaction = `select set_config('carewall.org', 'demo', true); select carewall.append_events('demo', '${by}', '${events}'); ${inside}`;
        while (!over) {
          await app.unsafe(transaction).simple();
          if (counting) commits += 1;
          if (mode === 'bell') ringer.ring();
        }
      }),
      (async () => {
        await wait(500);
        counting = true;
        await wait(seconds * 1_000);
        counting = false;
        over = true;
      })(),
    ]);
    const read = await reader?.stop();
    return { perSecond: commits / seconds, rings, reads: read?.reads ?? 0, read: read?.events ?? 0 };
  }

  return {
    round,
    close: () => Promise.all([app, bell, relay].map((pool) => pool.end({ timeout: 1 }))),
  };
}

/** The server's own bell: at once when it was quiet, then at most once in a while. */
function createRinger(notify, everyMs) {
  let busy = false;
  let again = false;
  const go = () => {
    busy = true;
    again = false;
    notify()
      .catch((error) => console.error(error.message))
      .finally(() =>
        setTimeout(() => {
          busy = false;
          if (again) go();
        }, everyMs),
      );
  };
  return {
    ring: () => {
      if (busy) again = true;
      else go();
    },
  };
}

/** Reads what was committed as the relay does: from a floor on, beyond what it has of each topic, when woken or by itself. */
async function startReader(sql, pollMs, hears) {
  let rouse = () => {};
  let woken = false;
  let stopped = false;
  let reads = 0;
  let events = 0;
  const listening = hears
    ? await sql.listen(channel, () => {
        woken = true;
        rouse();
      })
    : undefined;
  const [{ floor: first }] = await sql`select pg_snapshot_xmin(pg_current_snapshot())::text as floor`;
  const running = (async () => {
    let floor = first;
    /** @type {Map<string, { seq: number, tx: bigint }>} */
    const had = new Map();
    while (!stopped) {
      woken = false;
      const [tail] = await sql`
        select pg_snapshot_xmin(pg_current_snapshot())::text as floor, coalesce((
          select jsonb_agg(jsonb_build_object('topic', e.topic, 'seq', e.seq, 'type', e.type, 'by', e.by, 'data', e.data,
            'tx', e.tx::text) order by e.org_id, e.topic, e.seq)
          from (
            select e.* from carewall.events e
            left join unnest(${[...had.keys()]}::text[], ${[...had.values()].map(({ seq }) => String(seq))}::bigint[]) as k(topic, seq)
              on k.topic = e.topic
            where e.tx >= ${floor}::xid8 and e.seq > coalesce(k.seq, 0)
            order by e.tx, e.org_id, e.topic, e.seq limit 1000
          ) e), '[]') as events`;
      reads += 1;
      events += tail.events.length;
      for (const { topic, seq, tx } of tail.events) had.set(topic, { seq, tx: BigInt(tx) });
      if (tail.events.length === 1000) continue;
      floor = tail.floor;
      for (const [topic, { tx }] of had) if (tx < BigInt(floor)) had.delete(topic);
      if (woken || stopped) continue;
      await Promise.race([wait(pollMs), new Promise((resolve) => (rouse = resolve))]);
    }
  })();
  return {
    async stop() {
      stopped = true;
      rouse();
      await running;
      await listening?.unlisten();
      return { reads, events };
    },
  };
}

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
