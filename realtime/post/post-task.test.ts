import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startJobs } from '#db/jobs/job-runner.ts';
import type { OrderedLetter } from '#db/jobs/post-queue.ts';
import { createTestPeople, type TestPeople, testOrg } from '#db/testing/test-people.ts';
import { atLeisureInOrganisation } from '#db/transaction.ts';
import type { Carrier, Delivery, Outgoing } from './delivery.ts';
import type { Letter, Told } from './letter.ts';
import { createPostTask } from './post-task.ts';

const patience = { timeout: 10_000 };
let people: TestPeople;
const cleanups: (() => Promise<void>)[] = [];
beforeEach(async () => {
  people = await createTestPeople();
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
  await people.close();
});

const order = { org: testOrg, letter: 'a-letter', language: 'en', about: 'a-row' };

/** Orders a letter as the application does, in a transaction that may yet fail. */
async function enqueue(to: OrderedLetter['to'], options: { fail?: boolean } = {}): Promise<void> {
  const [channel, address] = 'email' in to ? ['email', to.email] : ['phone', to.phone];
  await atLeisureInOrganisation(people.databases.app, testOrg, async (sql) => {
    await sql`insert into carewall.post (org_id, letter, language, channel, address, about)
      values (${order.org}, ${order.letter}, ${order.language}, ${channel}, ${address}, ${order.about})`;
    if (options.fail === true) throw new Error('no');
  });
}

/** A node that carries letters. */
async function node(options: {
  carry: Carrier;
  letter?: Letter;
  onTold?: (told: Told) => Promise<void> | void;
  patienceMs?: number;
}) {
  const { carry, letter, onTold, patienceMs } = options;
  const faults: unknown[] = [];
  const jobs = await startJobs({
    url: people.database.url,
    everyMs: 100,
    onFault: (error) => faults.push(error),
    tasks: [
      createPostTask({
        app: people.databases.app,
        letters: {
          'a-letter': letter ?? {
            prepare: async ({ about, publicUrl }) => ({ subject: about, text: `${publicUrl}/x#secret` }),
          },
        },
        publicUrl: () => 'http://here/',
        carriers: { email: carry, phone: undefined },
        tell: async (_org, told) => onTold?.(told),
        onEnd: () => undefined,
        ...(patienceMs === undefined ? {} : { patienceMs }),
      }),
    ],
  });
  cleanups.push(jobs.stop);
  return { jobs, faults };
}

/** Lets a job that waits for its next try have it now. */
async function hurry(): Promise<void> {
  await people.database.owner`
    update graphile_worker._private_jobs set run_at = now() where attempts < max_attempts and locked_at is null`;
}

async function posts() {
  return people.database.owner`select status, why, attempts, address from carewall.post order by created_at`;
}
async function jobsLeft(): Promise<number> {
  const [row] = await people.database.owner`select count(*)::int as count from graphile_worker._private_jobs`;
  return row?.count;
}

describe('a letter', () => {
  test('INV-21.4 is sent once by one of two nodes, and its address forgotten; one that was never committed is not', async () => {
    const out: Outgoing[] = [];
    const carry: Carrier = async (one) => {
      out.push(one);
      return { outcome: 'sent' };
    };
    await Promise.all([node({ carry }), node({ carry })]);
    await expect(enqueue({ email: 'never@x.example' }, { fail: true })).rejects.toThrow();
    for (let i = 0; i < 20; i += 1) await enqueue({ email: `nurse${i}@x.example` });
    await expect
      .poll(async () => (await posts()).filter(({ status }) => status === 'sent').length, patience)
      .toBe(20);
    expect(new Set(out.map(({ to }) => to)).size).toBe(20);
    expect(out).toHaveLength(20);
    expect(out[0]).toMatchObject({ subject: 'a-row', text: 'http://here/x#secret' });
    expect((await posts()).every(({ address }) => address === null)).toBe(true);
    await expect.poll(jobsLeft, patience).toBe(0);
  });

  test('that a server puts off is tried again under the same id, and told of when it arrived', async () => {
    const out: Outgoing[] = [];
    const told: Told[] = [];
    await node({
      carry: async (one) => {
        out.push(one);
        return out.length < 3 ? { outcome: 'later', why: 'refused' } : { outcome: 'sent' };
      },
      letter: {
        prepare: async () => ({ subject: 's', text: 't' }),
        ended: (about, outcome) => ({ type: 'x.told', data: { about, outcome } }),
      },
      onTold: (one) => {
        told.push(one);
      },
    });
    await enqueue({ email: 'nurse@x.example' });
    await expect
      .poll(async () => {
        await hurry();
        return (await posts())[0]?.status;
      }, patience)
      .toBe('sent');
    expect(out).toHaveLength(3);
    expect(new Set(out.map(({ id }) => id)).size).toBe(1);
    await expect
      .poll(() => told, patience)
      .toEqual([{ type: 'x.told', data: { about: 'a-row', outcome: 'sent' } }]);
  });

  test('that a server refuses for good, or that nobody can carry, is given up at once and seen to be', async () => {
    const told: Told[] = [];
    await node({
      carry: async () => ({ outcome: 'never', why: 'rejected' }),
      letter: {
        prepare: async () => ({ subject: 's', text: 't' }),
        ended: (about, outcome) => ({ type: 'x.told', data: { about, outcome } }),
      },
      onTold: (one) => {
        told.push(one);
      },
    });
    await enqueue({ email: 'nurse@x.example' });
    await enqueue({ phone: '+84901234567' });
    await expect
      .poll(async () => (await posts()).map(({ status, why }) => `${status} ${why}`), patience)
      .toEqual(['failed rejected', 'failed not_configured']);
    await expect.poll(() => told.map(({ data }) => data.outcome), patience).toEqual(['failed', 'failed']);
  });

  test('that is put off at every try is given up after the last', async () => {
    const out: Outgoing[] = [];
    await node({
      carry: async (one) => {
        out.push(one);
        return { outcome: 'later', why: 'unreachable' };
      },
    });
    await enqueue({ email: 'nurse@x.example' });
    await expect
      .poll(async () => {
        await hurry();
        return (await posts())[0];
      }, patience)
      .toMatchObject({ status: 'failed', why: 'unreachable', attempts: 10, address: null });
    expect(out).toHaveLength(10);
  });

  test('that is no longer wanted when its turn comes is not sent', async () => {
    const out: Outgoing[] = [];
    await node({
      carry: async (one) => {
        out.push(one);
        return { outcome: 'sent' };
      },
      letter: { prepare: async () => undefined },
    });
    await enqueue({ email: 'nurse@x.example' });
    await expect.poll(async () => (await posts())[0]?.status, patience).toBe('unwanted');
    expect(out).toEqual([]);
  });

  test('of a node that died on it is carried out by another; what was written down as sent is not sent again', async () => {
    let letGo: (delivery: Delivery) => void = () => undefined;
    const out: Outgoing[] = [];
    const carry: Carrier = (one) => {
      out.push(one);
      if (out.length > 1) return Promise.resolve({ outcome: 'sent' });
      return new Promise((resolve) => {
        letGo = resolve;
      });
    };
    const stuck = await node({ carry });
    await node({ carry });
    await enqueue({ email: 'nurse@x.example' });
    await expect.poll(() => out.length, patience).toBe(1);
    // As if three minutes had passed with no word of the first.
    const { owner } = people.database;
    await owner`update graphile_worker._private_jobs set locked_at = now() - interval '4 minutes'`;
    await owner.begin(async (sql) => {
      await sql`set local role carewall_jobs`;
      await sql`select carewall.release_lost_jobs()`;
    });
    await expect.poll(async () => (await posts())[0]?.status, patience).toBe('sent');
    expect(out).toHaveLength(2);
    // The first comes back to life, and finds that it is over.
    letGo({ outcome: 'later', why: 'unreachable' });
    await stuck.jobs.stop();
    expect(await posts()).toMatchObject([{ status: 'sent', attempts: 2 }]);
    expect(out).toHaveLength(2);
  });

  test('whose telling failed is told of again, and not sent again', async () => {
    const out: Outgoing[] = [];
    let times = 0;
    await node({
      carry: async (one) => {
        out.push(one);
        return { outcome: 'sent' };
      },
      letter: {
        prepare: async () => ({ subject: 's', text: 't' }),
        ended: (about, outcome) => ({ type: 'x.told', data: { about, outcome } }),
      },
      onTold: () => {
        times += 1;
        if (times === 1) throw new Error('the database went away');
      },
    });
    await enqueue({ email: 'nurse@x.example' });
    await expect
      .poll(async () => {
        await hurry();
        return [times, await jobsLeft()];
      }, patience)
      .toEqual([2, 0]);
    expect(out).toHaveLength(1);
  });
});

describe('the queue', () => {
  test('holds no address, no words and no secret, not even of what failed', async () => {
    const { faults } = await node({
      carry: async () => {
        throw new Error('550 <nurse@x.example> secret');
      },
    });
    await enqueue({ email: 'nurse@x.example' });
    await expect.poll(() => faults.length, patience).toBeGreaterThan(0);
    const rows = await people.database
      .owner`select row_to_json(j)::text as text from graphile_worker._private_jobs j`;
    expect(rows).toHaveLength(1);
    for (const { text } of rows) expect(text).not.toMatch(/nurse|x\.example|secret/);
  });

  test('gives the application no way to it but a letter, and letters of its own organisation alone', async () => {
    const { app, relay } = people.databases;
    for (const sql of [app, relay]) {
      await expect(sql`select * from graphile_worker.jobs`).rejects.toMatchObject({ code: '42501' });
      await expect(sql`select graphile_worker.add_job('post', '{}')`).rejects.toMatchObject({
        code: '42501',
      });
      await expect(sql`select carewall.release_lost_jobs()`).rejects.toMatchObject({ code: '42501' });
    }
    await people.database.owner`insert into carewall.organisations values ('other', 'Other')`;
    await expect(
      atLeisureInOrganisation(
        app,
        testOrg,
        (sql) =>
          sql`insert into carewall.post (org_id, letter, language, channel, address, about)
          values ('other', 'a-letter', 'en', 'email', 'a@x.example', 'a')`,
      ),
    ).rejects.toMatchObject({ code: '42501' });
    await people.database.owner.begin(async (sql) => {
      await sql`set local role carewall_jobs`;
      await expect(sql.savepoint((inner) => inner`select * from carewall.post`)).rejects.toMatchObject({
        code: '42501',
      });
    });
  });
});
