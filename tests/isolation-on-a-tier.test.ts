import type { Socket } from 'socket.io-client';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createAccount } from '#db/accounts.ts';
import { type Databases, openDatabases } from '#db/databases.ts';
import { createOrganisation, createPlace } from '#db/network.ts';
import { modules } from '#domain/modules.ts';
import { createPasswords } from '#realtime/session/passwords.ts';
import { ask, connectSocket } from '#realtime/testing/contract-client.ts';
import { startTestTier, type TestTier } from '#realtime/testing/test-tier.ts';

/*
 * Two organisations behind three nodes. Whoever administers the one tries everything that the other has, by its right name:
 * what is there answers as what is nowhere.
 */

const own = 'lakeside';
const password = 'a password of the test';
const rolesTried = ['admin', 'nurse', 'it_support', 'command_center'] as const;

let tier: TestTier;
let databases: Databases;
let theirs: string[] = [];
const visitors: { node: string; role: string; token: string; socket: Socket }[] = [];

beforeAll(async () => {
  tier = await startTestTier('uws', 3);
  databases = openDatabases(tier.database.url);
  await createOrganisation(databases.identity, { id: own, name: 'Lakeside Health' });
  await createPlace(databases.app, own, {
    id: 'lsh',
    kind: 'facility',
    name: 'Lakeside Hospital',
    parent: own,
    code: 'LSH',
    timezone: 'Europe/Vienna',
  });
  await createPlace(databases.app, own, {
    id: 'w1',
    kind: 'unit',
    name: 'Ward 1',
    parent: 'lsh',
    code: 'W1',
  });
  const passwordHash = await createPasswords().hash(password);
  if (typeof passwordHash !== 'string') throw new Error('no password hash');
  for (const role of rolesTried) {
    await createAccount(databases.identity, {
      id: `${own}-${role.replace('_', '-')}`,
      org: own,
      email: `${role}@lakeside.example`,
      name: `Lakeside ${role}`,
      passwordHash,
      grants: [{ role, place: own }],
    });
  }
  const rows = await tier.database
    .owner`select topic from carewall.topics where org_id = 'demo' order by topic`;
  theirs = rows.map(({ topic }) => String(topic));
  for (const [index, role] of rolesTried.entries()) {
    const token = await signedIn(tier.nodes[index % 3]?.url ?? '', role);
    for (const { url } of role === 'admin' ? tier.nodes : tier.nodes.slice(index % 3, (index % 3) + 1)) {
      visitors.push({ node: url, role, token, socket: await connectSocket(url, token) });
    }
  }
}, 120_000);
afterAll(async () => {
  for (const { socket } of visitors) socket.disconnect();
  await databases.end();
  await tier.close();
}, 60_000);

async function signedIn(url: string, role: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${role}@lakeside.example`, password }),
  });
  return z.object({ accessToken: z.string() }).parse(await response.json()).accessToken;
}

/** The same topic of an organisation or a place that is nowhere. */
function nowhere(topic: string): string {
  return topic.replace(/\/[^/]+/, '/nowhere-at-all');
}

/** What is of the other organisation in a text. */
const marks = /Riverside|demo\.carewall\.example|"demo(-[a-z-]+)?"|\brgh\b|"ds-\d|\b4 West\b/;

async function got(node: string, token: string, path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${node}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, text: await response.text() };
}

/** All of them at once, each at their own pace. */
async function eachVisitor(work: (visitor: (typeof visitors)[number]) => Promise<void>): Promise<void> {
  await Promise.all(visitors.map(work));
}

/** The answer to a command over a socket; whoever is told to slow down does. */
async function commanded(socket: Socket, command: Record<string, unknown>): Promise<unknown> {
  for (;;) {
    const answer = await ask(socket, 'command', command);
    if (answer.ok || answer.error.code !== 'rate_limited') return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('INV-6.3 what another organisation has', () => {
  test('no topic of it is there: neither its state, nor its history, nor its frames', {
    timeout: 240_000,
  }, async () => {
    const shared = (
      await tier.database.owner`
        select topic from carewall.topics group by topic having count(distinct org_id) > 1`
    ).map(({ topic }) => String(topic));
    expect(theirs.length - shared.length).toBeGreaterThan(20);
    await eachVisitor(async ({ node, role, token, socket }) => {
      const known = new Map<string, unknown>();
      for (const topic of theirs) {
        if (shared.includes(topic)) {
          const answer = await got(node, token, `/topics/${encodeURIComponent(topic)}`);
          expect(answer.text, `${role}: ${topic}`).not.toMatch(marks);
          continue;
        }
        const ways = async (name: string): Promise<unknown[]> => [
          await got(node, token, `/topics/${encodeURIComponent(name)}`),
          await got(node, token, `/topics/${encodeURIComponent(name)}/events`),
          await ask(socket, 'subscribe', { topic: name }),
          await ask(socket, 'subscribe', { topic: name, after: { view: 'clinical.1', epoch: 'x', seq: 1 } }),
        ];
        const absent = nowhere(topic);
        if (!known.has(absent)) known.set(absent, await ways(absent));
        expect(await ways(topic), `${role}: ${topic}`).toEqual(known.get(absent));
        expect(known.get(absent)).toMatchObject([
          { status: 404 },
          { status: 404 },
          { ok: false, error: { code: 'not_found' } },
          { ok: false, error: { code: 'not_found' } },
        ]);
      }
    });
  });

  test('no command reaches it, by whatever door and node', { timeout: 240_000 }, async () => {
    const before = await heads();
    await eachVisitor(async ({ node, role, token, socket }) => {
      for (const { type, example } of modules.flatMap(({ commands }) => commands)) {
        for (const { type: tried, data } of [...(example.given ?? []), { type, data: example.data }]) {
          const command = { id: uuidv7(), type: tried, data };
          const answer =
            role === 'admin'
              ? await commanded(socket, command)
              : await fetch(`${node}/api/v1/commands`, {
                  method: 'POST',
                  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
                  body: JSON.stringify(command),
                }).then(async (response) => z.looseObject({}).parse(await response.json()));
          // What is done is done at home; what is refused says nothing of whose it is.
          expect(JSON.stringify(answer), `${role}: ${tried}`).not.toMatch(
            /Riverside|demo\.carewall\.example/,
          );
        }
      }
    });
    expect(await heads()).toEqual(before);
  });

  test('no list, search or document of the interface holds anything of it', async () => {
    const { paths } = z
      .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse(await (await fetch(`${tier.nodes[0]?.url}/api/v1/openapi.json`)).json());
    const names = ['rgh', 'demo', 'demo-nurse', 'unit/ds/beds', '4w', 'ds-01'];
    await eachVisitor(async ({ node, token }) => {
      for (const [path, methods] of Object.entries(paths)) {
        if (methods.get === undefined || !path.startsWith('/api/v1/') || path.includes('oidc')) continue;
        const tried = path.includes('{')
          ? names.map((name) => path.replaceAll(/\{[^}]+\}/g, encodeURIComponent(name)))
          : [path, `${path}?under=facility%2Frgh`, `${path}?near=10.77,106.69&within=20000`];
        for (const one of tried) {
          if (/openapi|asyncapi/.test(one)) continue;
          const { status, text } = await got(node, token, one.slice('/api/v1'.length));
          expect(text, `${status} ${one}`).not.toMatch(marks);
        }
      }
    });
  });

  test('ids that the other has are free here, and mean something else', async () => {
    await createPlace(databases.app, own, {
      id: '4w',
      kind: 'unit',
      name: 'Our own',
      parent: 'lsh',
      code: 'OWN',
    });
    const [admin] = visitors;
    const answer = await got(
      admin?.node ?? '',
      admin?.token ?? '',
      `/topics/${encodeURIComponent('unit/4w/beds')}`,
    );
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('Our own');
    expect(answer.text).not.toMatch(marks);
  });
});

/** Where each topic of the other organisation stands. */
async function heads(): Promise<unknown[]> {
  return [
    ...(await tier.database
      .owner`select topic, seq from carewall.topics where org_id = 'demo' order by topic`),
  ];
}
