// Appends events to the log past commands, as their last step does, in a process of its own; see log-writer-process.mjs.
// So a delivery can be measured by itself: what a command costs before is another measure.
import postgres from 'postgres';
import { serveOrders } from '../measures/worker.mjs';

const channel = 'carewall_bell';
const common = { onnotice: () => undefined, idle_timeout: 0 };
/** @type {import('postgres').Sql} */
let app;
/** @type {import('postgres').Sql} */
let bell;
/** @type {{ topic: string, type: string, by: object, data: object }[]} */
let templates = [];
let next = 0;

serveOrders({
  /** `events`: what to append, in turns. */
  async open({ url, org, events }) {
    templates = events;
    app = postgres(url, { ...common, max: 8, connection: { role: 'carewall_app', 'carewall.org': org } });
    bell = postgres(url, { ...common, max: 1, connection: { role: 'carewall_relay' } });
    await bell`select 1`;
    await Promise.all(Array.from({ length: 8 }, () => app`select pg_sleep(0.01)`));
  },
  /** One event a transaction, at a steady pace; gives where each topic stands then, and how many there were. */
  async steady({ perSecond, seconds }) {
    const began = performance.now();
    const total = Math.round(perSecond * seconds);
    const under = new Set();
    let begun = 0;
    const heads = {};
    await new Promise((over, failed) => {
      const timer = setInterval(() => {
        const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * perSecond));
        for (; begun < due; begun += 1) {
          const one = append(1)
            .then((of) => note(heads, of))
            .finally(() => under.delete(one));
          one.catch(failed);
          under.add(one);
        }
        if (begun < total) return;
        clearInterval(timer);
        Promise.all(under).then(over, failed);
      }, 2);
    });
    return { heads, written: total };
  },
  /** All of them in one transaction: until it commits nobody sees any. */
  async burst({ count }) {
    const heads = {};
    note(heads, await append(count));
    return { heads, written: count };
  },
});

async function append(count) {
  const events = Array.from({ length: count }, () => templates[next++ % templates.length]);
  const [{ by, org }] = events;
  const [{ heads }] = await app`
    select carewall.append_events(${org}, ${app.json(by)}, ${app.json(
      events.map(({ topic, type, data }) => ({ topic, type, data })),
    )}) as heads`;
  // As a node does: after the commit, outside the transaction.
  await bell.notify(channel, '');
  return heads;
}

function note(known, heads) {
  for (const { topic, seq } of heads) known[topic] = Math.max(known[topic] ?? 0, seq);
}
