import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '#db/connect.ts';
import { parseKeyRing } from '#db/key-ring.ts';
import { rotateKeyRing } from '#db/ring-rotation.ts';
import { rotateSigningKeys } from '#db/signing-keys.ts';
import { signIn } from './testing/contract-client.ts';
import { freePort, startServerProcess } from './testing/server-process.ts';
import { startTestTier, type TestTier } from './testing/test-tier.ts';
import { until } from './testing/until.ts';

let tier: TestTier;
let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carewall-rotation-'));
  file = join(folder, 'ring.json');
  tier = await startTestTier('node', 3, { keyRingFile: file });
});
afterAll(async () => {
  await tier.close();
  await rm(folder, { recursive: true, force: true });
});

/** Keeps asking all nodes for what is sealed, as somebody who signs in again and again, until it is stopped. */
function startTraffic(): {
  readonly refused: ReadonlySet<string>;
  readonly answered: () => number;
  stop(): Promise<void>;
} {
  const refused = new Set<string>();
  let answered = 0;
  let stopped = false;
  const work = async (first: number): Promise<void> => {
    for (let n = first; !stopped; n += 1) {
      const at = (offset: number): string => tier.nodes[(n + offset) % 3]?.url ?? '';
      const token = await signIn(at(0), 'nurse').catch((error: Error) => {
        refused.add(error.message);
        return '';
      });
      // A token of one node, at the two others: what they see is opened with keys that the ring has wrapped.
      for (const offset of [1, 2]) {
        const response = await fetch(`${at(offset)}/api/v1/topics/${encodeURIComponent('unit/ds/beds')}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        const body = await response.text();
        answered += 1;
        if (!response.ok) refused.add(`${response.status} ${body}`);
      }
      // A sign-in hashes and counts by address (`policies` in session/sign-in-limits.ts): at a pace that is allowed.
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  };
  const running = [0, 1].map(work);
  return {
    refused,
    answered: () => answered,
    async stop() {
      stopped = true;
      await Promise.all(running);
    },
  };
}

it('INV-19.1 INV-19.2 three nodes serve while both kinds of keys are exchanged: nothing fails, no token is refused', async () => {
  const before = await readFile(file, 'utf8');
  const traffic = startTraffic();
  const keys = connect(tier.database.url, { role: 'carewall_keys', max: 1, name: 'rotation' });
  const identity = connect(tier.database.url, { role: 'carewall_identity', max: 1, name: 'rotation' });
  try {
    await until('traffic flows', () => traffic.answered() > 5);
    const said: string[] = [];
    const [outcome, signing] = await Promise.all([
      rotateKeyRing({ sql: keys, file, waitMs: 30_000, say: (line) => said.push(line) }),
      rotateSigningKeys(identity, parseKeyRing(before, 'before'), 7),
    ]);
    expect(outcome).toBe('done');
    const kidOf = (token: string): unknown =>
      JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
    await until(
      'every node signs with the new key',
      async () =>
        (await Promise.all(tier.nodes.map(({ url }) => signIn(url, 'nurse')))).every(
          (token) => kidOf(token) === signing,
        ),
      60_000,
    );
    const later = traffic.answered();
    await until('traffic flows on', () => traffic.answered() > later + 5);
    expect(Object.keys(JSON.parse(await readFile(file, 'utf8')).keys)).toEqual(['k2']);
  } finally {
    await traffic.stop();
    await Promise.all([keys.end(), identity.end()]);
  }
  expect([...traffic.refused]).toEqual([]);
  expect(traffic.answered()).toBeGreaterThan(50);

  // One that starts now has the new file alone; one that was left with the old one says so, and is not ready.
  const start = async (ring: string) =>
    startServerProcess({
      databaseUrl: tier.database.url,
      dataDir: folder,
      engine: 'node',
      environment: { REDIS_URL: tier.redis.url, KEY_RING_FILE: ring },
      port: await freePort(),
      mllpPort: await freePort(),
    });
  const fresh = await start(file);
  await until('the new node is ready', async () => (await fetch(`${fresh.url}/readyz`)).ok);
  fresh.kill('SIGKILL');
  await fresh.ended;
  const old = join(folder, 'old.json');
  await writeFile(old, before);
  await copyFile(file, join(folder, 'copy.json'));
  await expect(start(old)).rejects.toThrow(/the key ring is not the one that sealed it/);

  // A running node whose file is put back keeps serving with what it knows.
  await writeFile(file, before);
  const node = tier.nodes[0];
  node?.kill('SIGHUP');
  await until('it is not ready', async () => {
    const answer = await (await fetch(`${node?.url}/readyz`)).text();
    return answer.includes('"key ring":"is old: it does not have the current key k2"');
  });
  expect(await signIn(node?.url ?? '', 'nurse')).not.toBe('');
  await copyFile(join(folder, 'copy.json'), file);
  await until('it is ready again', async () => (await fetch(`${node?.url}/readyz`)).ok);
}, 180_000);
