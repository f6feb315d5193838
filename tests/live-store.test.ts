import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { replaceGrants } from '#db/accounts.ts';
import { endSession } from '#db/sessions.ts';
import type { UnitBeds } from '#domain/beds/schema.ts';
import { snapshotSchema } from '#domain/protocol.ts';
import { signIn } from '#realtime/testing/contract-client.ts';
import { engines } from '#realtime/testing/server-process.ts';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { until } from '#realtime/testing/until.ts';
import type { Live, TopicReading } from '../web/src/live/live.ts';
import type { Page } from '../web/src/live/page.ts';
import { wireLive } from '../web/src/live/wire-live.ts';

const topic = 'unit/ds/beds';
const password = 'demo-carewall';

/** A browser: what a page keeps beyond itself, and a fetch that keeps the server's cookies. */
function browser(url: string) {
  let cookie: string | undefined;
  let leaving = false;
  const wakes = new Set<() => void>();
  const page: Page = {
    origin: url,
    onUse: () => () => undefined,
    onWake(listener) {
      wakes.add(listener);
      return () => wakes.delete(listener);
    },
    alone: (work) => work(),
    leaving: {
      get: () => leaving,
      set(next) {
        leaving = next;
      },
    },
  };
  const fetchWithCookies: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    if (cookie !== undefined) headers.set('cookie', cookie);
    const response = await fetch(input, { ...init, headers });
    const given = response.headers.get('set-cookie');
    if (given !== null) cookie = /Max-Age=0/i.test(given) ? undefined : given.split(';')[0];
    return response;
  };
  return { page, fetch: fetchWithCookies };
}

describe.each(engines)('the live store against a server on %s', { timeout: 120_000 }, (engine) => {
  let server: TestServer;
  let token: string;
  beforeAll(async () => {
    server = await startTestServer(engine);
    token = await signIn(server.url(), 'nurse');
  });
  afterAll(() => server.close());

  const opened: Live[] = [];
  afterEach(() => {
    for (const live of opened.splice(0)) live.stop();
  });

  /** A page on which a role has signed in. */
  async function openPage(role: string, at = browser(server.url())): Promise<Live> {
    const live = wireLive(at.page, { fetch: at.fetch });
    opened.push(live);
    await until('nobody is signed in', () => live.session.get() === 'signed-out');
    const email = `${role}@demo.carewall.example`;
    expect(await live.signIn(email, password)).toEqual({ ok: true });
    return live;
  }

  /** Follows the topic, and remembers every status it read. */
  function followBeds(live: Live) {
    const store = live.topic<UnitBeds>(topic);
    const statuses: TopicReading<UnitBeds>['status'][] = [];
    store.subscribe(() => {
      const { status } = store.get();
      if (status !== statuses.at(-1)) statuses.push(status);
    });
    return { ...store, statuses };
  }

  async function snapshot() {
    const response = await fetch(`${server.url()}/api/v1/topics/${encodeURIComponent(topic)}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return snapshotSchema.parse(await response.json());
  }

  async function command(type: string, data: object): Promise<void> {
    const response = await fetch(`${server.url()}/api/v1/commands`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: uuidv7(), type, data }),
    });
    expect(response.status).toBe(200);
  }

  const isCurrent = (beds: { get(): TopicReading<UnitBeds> }) => () => beds.get().status === 'current';

  async function expectEqual(beds: { get(): TopicReading<UnitBeds> }): Promise<void> {
    const { seq, state } = await snapshot();
    await until('the page has all there is', () => beds.get().seq === seq);
    expect(beds.get()).toMatchObject({ status: 'current', seq });
    expect(beds.get().state).toEqual(state);
  }

  test('shows what was changed elsewhere, and does what is asked', async () => {
    const live = await openPage('nurse');
    expect(live.session.get()).toMatchObject({ email: 'nurse@demo.carewall.example' });
    const topics = await until('the topics are listed', () => {
      const list = live.topics.get();
      return Array.isArray(list) ? list : undefined;
    });
    expect(topics.map(({ topic }) => topic)).toContain(topic);
    const beds = followBeds(live);
    await until('the topic is current', isCurrent(beds));
    expect(live.contact.get().status).toBe('live');

    await command('bed.claim', { bed: 'ds-01' });
    await until('the claim is seen', () => beds.get().state?.beds['ds-01']?.claim);
    expect(await live.send({ type: 'bed.release', data: { bed: 'ds-01' } })).toMatchObject({ ok: true });
    expect(await live.send({ type: 'bed.release', data: { bed: 'ds-01' } })).toMatchObject({
      ok: false,
      error: { code: 'conflict' },
    });
    await until('the release is seen', () => beds.get().state?.beds['ds-01']?.claim === undefined);
    await expectEqual(beds);
    expect(beds.statuses).toEqual(['loading', 'current'].slice(-beds.statuses.length));
  });

  test('INV-7.2 says within 6 s that the server died, and comes back by itself with all there is', async () => {
    const at = browser(server.url());
    const live = await openPage('nurse', at);
    const beds = followBeds(live);
    await until('the topic is current', isCurrent(beds));
    const { state } = beds.get();

    const died = Date.now();
    server.process().kill('SIGKILL');
    await until('the topic reads behind', () => beds.get().status === 'behind', 1_000);
    await until('contact reads lost', () => live.contact.get().status === 'lost', 6_000);
    expect(Date.now() - died).toBeLessThan(6_000);
    expect(beds.get().state).toEqual(state);

    const answer = live.send({ type: 'bed.claim', data: { bed: 'ds-02' } });
    await server.restart();
    expect(await answer).toMatchObject({ ok: true });
    await until('the topic is current', isCurrent(beds));
    expect(live.contact.get().status).toBe('live');
    expect(live.session.get()).toMatchObject({ email: 'nurse@demo.carewall.example' });
    // Done once: its first answer may have been lost, and it was sent again.
    await until('the claim is seen', () => beds.get().state?.beds['ds-02']?.claim);
    expect(beds.get().state?.beds['ds-02']?.version).toBe((state?.beds['ds-02']?.version ?? 0) + 1);
    await expectEqual(beds);
    expect(beds.statuses.slice(-3)).toEqual(['current', 'behind', 'current']);

    // A page loaded anew is signed in by the cookie.
    const again = wireLive(at.page, { fetch: at.fetch });
    opened.push(again);
    await until('the page knows who', () => typeof again.session.get() !== 'string');
  });

  test('is connected in the end where its token is refused, and another cannot be had at first', async () => {
    const at = browser(server.url());
    let refused = 0;
    const spoiled: typeof fetch = async (input, init) => {
      const renewal = String(input).endsWith('/session/refresh');
      if (renewal && refused > 0 && refused < 3) {
        refused += 1;
        throw new TypeError('failed to fetch');
      }
      const response = await at.fetch(input, init);
      if (renewal || !String(input).endsWith('/session') || init?.method !== 'POST') return response;
      refused = 1;
      const body = z.looseObject({ accessToken: z.string() }).parse(await response.json());
      return Response.json({ ...body, accessToken: `${body.accessToken}x` });
    };
    const live = await openPage('nurse', { page: at.page, fetch: spoiled });
    const beds = followBeds(live);
    await until('the topic is current', isCurrent(beds));
    expect(refused).toBe(3);
  });

  test('INV-3.4 INV-20.6 a withdrawn right takes the topic away; given back, it is there again by itself', async () => {
    const live = await openPage('nurse');
    const beds = followBeds(live);
    await until('the topic is current', isCurrent(beds));
    const { owner } = server.database;
    await replaceGrants(owner, 'demo-nurse', []);
    await until('the topic is missing', () => beds.get().status === 'missing', 2_000);
    expect(beds.get().state).toBeUndefined();
    await until('the list has nothing but their own', () => {
      const list = live.topics.get();
      // Conversations are for members who hold a role.
      return Array.isArray(list) && list.every(({ topic }) => topic.split('/')[1] === 'demo-nurse');
    });

    await replaceGrants(owner, 'demo-nurse', [{ role: 'nurse', place: 'demo' }]);
    await until('the page knows of the right', () => {
      const who = live.session.get();
      return typeof who !== 'string' && who.grants.some(({ role }) => role === 'nurse');
    });
    await until('the topic is current', isCurrent(beds));
    await expectEqual(beds);
  });

  test('moves on by itself from a server that goes in good order', async () => {
    const live = await openPage('nurse');
    const beds = followBeds(live);
    await until('the topic is current', isCurrent(beds));
    server.process().kill('SIGTERM');
    await until('the topic reads behind', () => beds.get().status === 'behind');
    await server.restart();
    await until('the topic is current', isCurrent(beds));
    await expectEqual(beds);
  });

  test('INV-3.4 a session that was ended elsewhere is over on the page', async () => {
    const live = await openPage('command_center');
    const beds = followBeds(live);
    await until('the topic is current', isCurrent(beds));
    const { owner } = server.database;
    const rows = await owner`
      select s.id from carewall.sessions s join carewall.accounts a on a.id = s.account
      where a.email = 'command_center@demo.carewall.example' and s.ended_at is null`;
    const [{ id }] = z.tuple([z.object({ id: z.string() })]).parse([...rows]);
    expect(await endSession(owner, { session: id })).toBe(true);
    await until('nobody is signed in', () => live.session.get() === 'signed-out', 5_000);
    expect(beds.get()).toMatchObject({ status: 'loading', state: undefined });
    expect(await live.send({ type: 'bed.release', data: { bed: 'ds-01' } })).toMatchObject({
      error: { code: 'unauthenticated' },
    });
  });
});
