// Measures, on an installation of its own, how long a change takes from its commit in Postgres to the screen of an open
// wall, what the wall's JavaScript weighs, and how soon it can be used.
//   npm run bench:screen -- [--changes 300]
// Commit time is Postgres's own (track_commit_timestamp); screen time is the animation frame after the wall's DOM has
// changed, by the same machine's clock. Next to it, for comparison, what a bare socket needs for the same changes.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import postgres from 'postgres';
import { io } from 'socket.io-client';
import { v7 as uuidv7 } from 'uuid';

const { values } = parseArgs({ options: { changes: { type: 'string', default: '300' } } });
const changes = Number(values.changes);
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dataDir = await mkdtemp(join(tmpdir(), 'carewall-bench-'));
const server = spawn(process.execPath, [join(root, 'scripts', 'start.mjs')], {
  env: { ...process.env, DATA_DIR: dataDir, PORT: '0', MLLP_PORT: '0', LOG_LEVEL: 'warn' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise((resolve, reject) => {
  let out = '';
  server.stdout.on('data', (chunk) => {
    out += chunk;
    const found = /Carewall is at (http:\S+?);/.exec(out);
    if (found) resolve(found[1]);
  });
  server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
});
const sql = postgres(await databaseUrl(), { max: 2, onnotice: () => undefined });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});

try {
  const token = await signIn();
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await openWall(page);
  const weight = await weigh(page);
  const screen = await watchScreen(page);
  const socket = await watchSocket(token);

  for (let n = 0; n < changes; n += 1) {
    const bed = `ds-${String(1 + (Math.floor(n / 2) % 24)).padStart(2, '0')}`;
    await send(token, n % 2 === 0 ? 'bed.claim' : 'bed.release', { bed });
    await screen.change(n + 1);
    // Not in step with the relay's poll or the screen's frames.
    await new Promise((resolve) => setTimeout(resolve, 20 + (randomBytes(1)[0] / 256) * 60));
  }
  const committed = await sql`
    select seq, extract(epoch from pg_xact_commit_timestamp(tx::xid)) * 1000 as at
    from carewall.events where topic = 'unit/ds/beds' and type in ('bed.claimed', 'bed.claim-released') order by seq`;
  const seen = await screen.times();
  const bySeq = new Map(committed.map(({ seq, at }) => [Number(seq), Number(at)]));
  const commits = [...bySeq.values()].slice(-changes);
  report(
    'commit → screen (Chromium, wall of 96 beds)',
    seen.map((time, index) => time - commits[index]),
  );
  report(
    'commit → bare socket',
    [...socket.times].map(([seq, time]) => time - (bySeq.get(seq) ?? Number.NaN)).filter(Number.isFinite),
  );
  console.log(
    `wall's JavaScript: ${(weight.gzip / 1024).toFixed(1)} KiB gzip in ${weight.files} files (at most 200)`,
  );
  console.log(
    `wall usable from a cold cache: ${weight.usableMs.map((ms) => ms.toFixed(0)).join(', ')} ms (5 loads, signed in; sorted)`,
  );
  socket.close();
} finally {
  await browser.close();
  await sql.end();
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  await rm(dataDir, { recursive: true, force: true });
}

async function databaseUrl() {
  const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8')).trim();
  const place = await readFile(join(dataDir, 'postgres-place.json'), 'utf8').then(
    JSON.parse,
    () => undefined,
  );
  const folder = place?.clusterDir ?? join(dataDir, 'cluster');
  const port = (await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[3];
  return `postgres://postgres:${password}@127.0.0.1:${port}/carewall`;
}

async function signIn() {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'nurse@demo.carewall.example', password: 'demo-carewall' }),
  });
  return (await response.json()).accessToken;
}

async function send(token, type, data) {
  const response = await fetch(`${url}/api/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: uuidv7(), type, data }),
  });
  if (!response.ok) throw new Error(`${type} answered ${response.status}: ${await response.text()}`);
}

async function openWall(page) {
  await page.goto(`${url}/wall/rgh`);
  await page.getByRole('textbox', { name: /email/i }).fill('command_center@demo.carewall.example');
  await page.locator('input[type=password]').fill('demo-carewall');
  await page.keyboard.press('Enter');
  await page.getByTestId('tile-ds').locator('.count').first().waitFor();
}

/** What the wall loads, compressed with gzip as a proxy would, and how long it takes until its numbers stand. */
async function weigh(page) {
  const { gzipSync } = await import('node:zlib');
  const usableMs = [];
  let gzip = 0;
  let files = 0;
  const client = await page.context().newCDPSession(page);
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  for (let load = 0; load < 5; load += 1) {
    const scripts = [];
    const collect = (response) => {
      if (response.url().endsWith('.js')) scripts.push(response.body());
    };
    page.on('response', collect);
    const began = performance.now();
    await page.reload({ waitUntil: 'commit' });
    await page.getByTestId('tile-ds').locator('.count').first().waitFor();
    usableMs.push(performance.now() - began);
    page.off('response', collect);
    const bodies = await Promise.all(scripts);
    gzip = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
    files = bodies.length;
  }
  return { gzip, files, usableMs: usableMs.sort((a, b) => a - b) };
}

/** Notes the time of each change of the number of held beds, at the frame that shows it. */
async function watchScreen(page) {
  await page.evaluate(() => {
    const tile = document.querySelector('[data-testid=tile-ds]');
    const held = [...tile.querySelectorAll('.count')]
      .find((count) => count.textContent.includes('Held'))
      .querySelector('dd');
    const times = [];
    let last = held.textContent;
    new MutationObserver(() => {
      if (held.textContent === last) return;
      last = held.textContent;
      requestAnimationFrame(() => times.push(performance.timeOrigin + performance.now()));
    }).observe(tile, { subtree: true, childList: true, characterData: true });
    window.seenAt = times;
  });
  return {
    change: (count) =>
      page.waitForFunction((wanted) => window.seenAt.length >= wanted, count, { polling: 5 }),
    times: () => page.evaluate(() => window.seenAt),
  };
}

async function watchSocket(token) {
  const socket = io(url, { transports: ['websocket'], auth: { token } });
  const times = new Map();
  socket.on('event', (frame) => times.set(frame.seq, performance.timeOrigin + performance.now()));
  await new Promise((resolve) => socket.once('connect', resolve));
  await socket.emitWithAck('subscribe', { topic: 'unit/ds/beds' });
  return { times, close: () => socket.disconnect() };
}

function report(what, latencies) {
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
  console.log(
    `${what}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms (${sorted.length} changes)`,
  );
}
