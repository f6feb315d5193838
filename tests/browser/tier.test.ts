import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { connectSocket, createFollower, signIn } from '#realtime/testing/contract-client.ts';
import { until } from '#realtime/testing/until.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';

const recordSchema = z.object({
  url: z.string(),
  nodes: z.array(z.object({ pid: z.int(), ready: z.boolean() })),
});
type TierRecord = z.infer<typeof recordSchema>;

/** What `npm run tier` starts, on a folder and ports of its own, at rest. */
async function startTier(): Promise<{ record(): Promise<TierRecord>; rollingRestart(): Promise<number> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'carewall-tier-'));
  const run = (...args: string[]) =>
    spawn(process.execPath, ['scripts/tier.mjs', ...args], {
      env: { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: '0', DEMO: 'on' },
      stdio: 'ignore',
    });
  const tier = run();
  const ended = once(tier, 'exit');
  onTestFinished(async () => {
    tier.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  });
  const record = async (): Promise<TierRecord> =>
    recordSchema.parse(JSON.parse(await readFile(join(dataDir, 'tier.json'), 'utf8')));
  await until(
    'three nodes are ready',
    async () => {
      if (tier.exitCode !== null) throw new Error(`the tier ended with ${tier.exitCode}`);
      const { nodes } = await record().catch(() => ({ nodes: [] }));
      return nodes.length === 3 && nodes.every(({ ready }) => ready);
    },
    90_000,
  );
  return {
    record,
    async rollingRestart() {
      const [code] = await once(run('--rolling-restart'), 'exit');
      return Number(code);
    },
  };
}

test('INV-9.5 a rolling restart of three nodes loses nothing, refuses nothing and shows no banner', {
  timeout: 240_000,
}, async () => {
  const tier = await startTier();
  const { url, nodes: before } = await tier.record();
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const { page, faults } = await openPage(browser);
  await signInAt(page, `${url}/units/ds/beds`, 'nurse');
  await page.getByTestId('bed-ds-01').waitFor();
  // Every banner there ever was, however short.
  await page.evaluate(`{
    const root = document.documentElement;
    new MutationObserver(() => {
      if (root.hasAttribute('data-contact-lost')) root.dataset.bannerSeen = 'yes';
    }).observe(root, { attributes: true });
  }`);

  const token = await signIn(url, 'nurse');
  const follower = createFollower('unit/ds/beds');
  const socket = await connectSocket(url, token, { reconnection: true });
  await follower.attach(socket);
  const start = follower.position()?.seq ?? 0;
  socket.on('connect', () => void follower.attach(socket).catch(() => undefined));
  // A server that drains says so: whoever follows moves by themselves.
  socket.on('drain', ({ within }: { within: number }) => {
    setTimeout(() => socket.disconnect().connect(), Math.random() * within);
  });

  let rolling = true;
  let acknowledged = 0;
  const writer = (async () => {
    for (let turn = 0; rolling; turn += 1) {
      const response = await fetch(`${url}/api/v1/commands`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          id: uuidv7(),
          type: turn % 2 === 0 ? 'bed.claim' : 'bed.release',
          data: { bed: 'ds-07' },
        }),
      });
      expect(response.status, await response.text()).toBe(200);
      acknowledged += 1;
    }
  })();
  try {
    expect(await tier.rollingRestart()).toBe(0);
  } finally {
    rolling = false;
  }
  await writer;

  const { nodes: after } = await tier.record();
  const old = new Set(before.map(({ pid }) => pid));
  expect(after.filter(({ pid }) => old.has(pid))).toEqual([]);
  expect(acknowledged).toBeGreaterThan(10);
  await until('every change has come', () => (follower.position()?.seq ?? 0) >= start + acknowledged);
  expect(follower.history.map(({ seq }) => seq)).toEqual(
    Array.from({ length: acknowledged }, (_, index) => start + 1 + index),
  );
  expect(follower.violations).toEqual([]);
  await page.getByTestId('bed-ds-07').waitFor();
  expect(await page.evaluate('document.documentElement.dataset.bannerSeen')).toBeUndefined();
  expect(faults).toEqual([]);
  socket.disconnect();
});
