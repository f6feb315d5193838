import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Databases, openDatabases } from '#db/databases.ts';
import { stores } from '#db/stores/stores.ts';
import { inOrganisation } from '#db/transaction.ts';
import { createVault } from '#db/vault.ts';
import { roles } from '#domain/identity/roles.ts';
import { modules } from '#domain/modules.ts';
import { kindsOf } from '#domain/topic.ts';
import { ask, connectSocket } from '#realtime/testing/contract-client.ts';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { maySend, viewGot } from './expectation.ts';
import { type RightsPage, readRightsPage } from './page.ts';
import { createTestActor } from './preludes.ts';
import { createSessionMaker, type Tried } from './sessions.ts';

/*
 * The same page, through a real server: each role at each kind of place, with real sessions, at every topic by both doors and
 * at every command. Commands come under an id that their sender has used for something else, so that they are judged and
 * never done: who may is told of that, and who may not is not.
 */

const org = 'demo';
/** From the organisation down to a unit, and two places beside that way. */
const places = ['demo', 'rgh', 'surgery', 'ds', 'icu', 'crisis'] as const;

interface Place {
  readonly topic: string;
  readonly kind: string;
  readonly path: readonly string[];
}

interface Order {
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly topicKind: string;
  /** Where it acts: for some that is where whoever asks holds their roles. */
  pathFor(who: Tried): Promise<readonly string[]>;
}

let server: TestServer;
let databases: Databases;
let page: RightsPage;
let topics: Place[] = [];
let orders: Order[] = [];
const unreachable: string[] = [];
const tried: Tried[] = [];

beforeAll(async () => {
  [server, page] = await Promise.all([startTestServer('uws', { LOG_LEVEL: 'warn' }), readRightsPage()]);
  databases = openDatabases(server.database.url);
  await carryOutPreludes();
  const make = createSessionMaker({ databases, ring: server.ring, org });
  for (const role of roles) for (const place of places) tried.push(await make.signedIn(role, place));
  const boards = { topics: ['unit/*/beds'], commands: [], view: 'operational' };
  for (const role of ['display', 'nurse', 'admin'] as const) {
    tried.push(await make.signedIn(role, 'demo', boards));
    tried.push(await make.signedIn(role, 'ds', { ...boards, view: 'clinical' }));
    tried.push(await make.signedIn(role, 'demo', { topics: [], commands: [] }));
  }
  for (const role of ['provider', 'admin', 'it_support'] as const) {
    tried.push(
      await make.signedIn(role, 'rgh', {
        topics: ['facility/*/availability'],
        commands: ['availability.attest'],
      }),
    );
    tried.push(
      await make.signedIn(role, 'demo', {
        topics: ['org/*/feeds'],
        commands: ['bed.claim', 'quarantine.replay'],
      }),
    );
  }
  [orders, topics] = await Promise.all([readOrders(), readPlaces()]);
}, 180_000);
afterAll(async () => {
  await databases.end();
  await server.close();
});

/** What the examples of commands need, done by whoever may, so that what they name is there. */
async function carryOutPreludes(): Promise<void> {
  const act = createTestActor({ databases, ring: server.ring, org });
  for (const { example } of modules.flatMap(({ commands }) => commands)) {
    for (const { type, data, as } of example.given ?? []) await act(type, data, as);
  }
}

/** Every command's example, with where it acts by its context's store. */
async function readOrders(): Promise<Order[]> {
  const vault = createVault(databases.vault, server.ring);
  const [atOnePlace, atAnother] = tried;
  if (atOnePlace === undefined || atAnother === undefined) throw new Error('nobody is tried');
  const found: Order[] = [];
  for (const { type, example } of modules.flatMap(({ commands }) => commands)) {
    const data = z.record(z.string(), z.unknown()).parse(example.data);
    const store = stores.find(({ module }) => module.commands.some((command) => command.type === type));
    const prepared = store?.prepare({ type, data }, { vault, ring: server.ring });
    if (prepared === undefined || 'code' in prepared) throw new Error(`${type} does not take its example`);
    const loadFor = ({ account }: Tried) =>
      inOrganisation(
        databases.app,
        org,
        (connection) => prepared.load({ org, connection }, { kind: 'person', id: account }),
        async (answer) => ({ abandon: answer }),
      );
    const pathFor = async (who: Tried): Promise<readonly string[]> => (await loadFor(who)).path ?? [];
    const [loaded, forAnother] = await Promise.all([loadFor(atOnePlace), loadFor(atAnother)]);
    const { path, topicKind } = loaded;
    if (path === undefined) unreachable.push(type);
    else if (JSON.stringify(path) === JSON.stringify(forAnother.path))
      found.push({ type, data, topicKind, pathFor: async () => path });
    else found.push({ type, data, topicKind, pathFor });
  }
  return found;
}

/** Of each kind of topic those on the way and some beside it, and everybody's own. */
async function readPlaces(): Promise<Place[]> {
  const rows = z.array(z.object({ topic: z.string(), path: z.array(z.string()) })).parse(
    await server.database.owner`
        select t.topic, p.path from carewall.topics t join carewall.places p on p.org_id = t.org_id and p.id = t.place
        where t.org_id = ${org} order by t.topic`,
  );
  const kinds = new Set(modules.flatMap((module) => module.topics.map(({ kind }) => kind)));
  const perKind = new Map<string, number>();
  return rows.flatMap(({ topic, path }) => {
    const kind = kindsOf(topic).find((one) => kinds.has(one.kind))?.kind;
    if (kind === undefined) return [];
    const count = (perKind.get(kind) ?? 0) + 1;
    const wanted = path.some((place) => place === 'ds' || place === 'surgery') || count <= 2;
    if (wanted) perKind.set(kind, count);
    return wanted ? [{ topic, kind, path }] : [];
  });
}

/** With whose token a request comes. So many answers are not worth packing. */
const token = (who: Tried): Record<string, string> => ({
  authorization: `Bearer ${who.token}`,
  'accept-encoding': 'identity',
});

/** An answer; whoever is told to slow down does. */
async function got(path: string, init: RequestInit): Promise<{ status: number; body: unknown }> {
  for (;;) {
    const response = await fetch(`${server.url()}/api/v1${path}`, init);
    const body: unknown = await response.json();
    if (response.status !== 429) return { status: response.status, body };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const viewSchema = z.object({ view: z.string() });
const codeSchema = z.object({ code: z.string() });

/** The view's name before its number, or the code of the refusal. */
function seenIn(answer: unknown): string {
  const seen = viewSchema.safeParse(answer);
  if (seen.success) return seen.data.view.split('.')[0] ?? '';
  return codeSchema.safeParse(answer).data?.code ?? JSON.stringify(answer);
}

async function inTurn<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
    }),
  );
}

describe('INV-3.7 through a server', () => {
  test('each role × place × scope × topic: the view of the page over HTTP and over a socket, or nothing there', {
    timeout: 240_000,
  }, async () => {
    const differences: string[] = [];
    let cells = 0;
    await inTurn(tried, 12, async (who) => {
      const socket = await connectSocket(server.url(), who.token);
      const own: Place = { topic: `user/${who.account}`, kind: 'user/*', path: [org, who.account] };
      for (const { topic, kind, path } of [...topics, own]) {
        const expected = viewGot(page, who.held, who.scope, kind, path) ?? 'not_found';
        const { body } = await got(`/topics/${encodeURIComponent(topic)}`, { headers: token(who) });
        const answer = await ask(socket, 'subscribe', { topic });
        const bySocket = answer.ok ? seenAt(answer, seenIn(body)) : answer.error.code;
        for (const [door, seen] of [
          ['HTTP', seenIn(body)],
          ['socket', bySocket],
        ] as const) {
          cells += 1;
          if (seen !== expected)
            differences.push(`${who.what}: ${topic} by ${door} is ${seen}, not ${expected}`);
        }
        if (answer.ok) await ask(socket, 'unsubscribe', { topic });
      }
      socket.disconnect();
    });
    console.info(`${cells} cells of ${tried.length} sessions × ${topics.length + 1} topics × 2 doors`);
    expect(differences.slice(0, 20)).toEqual([]);
  });

  test('each role × place × scope × command: judged as the page says', { timeout: 240_000 }, async () => {
    const differences: string[] = [];
    let cells = 0;
    await inTurn(tried, 6, async (who) => {
      for (const { type, data, topicKind, pathFor } of orders) {
        const path = await pathFor(who);
        const visible = viewGot(page, who.held, who.scope, topicKind, path) !== undefined;
        const refusal = visible ? 'forbidden' : 'not_found';
        const expected = maySend(page, who.held, who.scope, type, path) ? 'conflict' : refusal;
        const { body } = await got('/commands', {
          method: 'POST',
          headers: { ...token(who), 'content-type': 'application/json' },
          body: JSON.stringify({ id: who.usedId, type, data }),
        });
        const code = codeSchema.safeParse(body).data?.code ?? JSON.stringify(body);
        cells += 1;
        if (code !== expected) differences.push(`${who.what}: ${type} is ${code}, not ${expected}`);
      }
    });
    console.info(`${cells} cells of ${tried.length} sessions × ${orders.length} commands`);
    expect(differences.slice(0, 20)).toEqual([]);
  });

  test('the commands that are judged are all there are', () => {
    expect(unreachable).toEqual([]);
    expect(orders.length).toBe(modules.flatMap(({ commands }) => commands).length);
  });

  test('what is listed is what can be seen', { timeout: 120_000 }, async () => {
    const some = tried.filter((_one, index) => index % 7 === 0);
    for (const who of some) {
      const listed = new Set<string>();
      let cursor: string | undefined;
      do {
        const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
        const { body } = await got(`/topics${query}`, { headers: token(who) });
        const read = z
          .object({ topics: z.array(z.object({ topic: z.string() })), next: z.string().optional() })
          .parse(body);
        for (const { topic } of read.topics) listed.add(topic);
        cursor = read.next;
      } while (cursor !== undefined);
      for (const { topic, kind, path } of topics) {
        const may = viewGot(page, who.held, who.scope, kind, path) !== undefined;
        expect([who.what, topic, listed.has(topic)]).toEqual([who.what, topic, may]);
      }
    }
  });
});

/** What a subscription shows: a large state is to be fetched, and was. */
function seenAt(answer: { readonly [key: string]: unknown }, fetched: string): string {
  return 'fetch' in answer ? fetched : seenIn(answer);
}
