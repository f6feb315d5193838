// Takes the pictures of docs/images from a demo hospital of its own, in Chromium: all, or those that are named.
// node scripts/screenshots.mjs [name …]
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const images = join(root, 'docs', 'images');
const dataDir = await mkdtemp(join(tmpdir(), 'carewall-pictures-'));
const server = spawn(process.execPath, [join(root, 'scripts', 'start.mjs')], {
  env: { ...process.env, DATA_DIR: dataDir, PORT: '0', MLLP_PORT: '0', LOG_LEVEL: 'error' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await new Promise((resolve, reject) => {
  let out = '';
  server.stdout.on('data', (chunk) => {
    out += chunk;
    const found = /Carewall is at (http:\S+?);/.exec(out);
    // Passkeys are for a name, never for a number.
    if (found) resolve(found[1].replace('127.0.0.1', 'localhost'));
  });
  server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
  ],
});

const desk = { width: 1366, height: 900 };
const phone = { width: 390, height: 844 };
const wall = { width: 1920, height: 1080 };
// Tomorrow is full whatever the hour; today may be over.
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const huddle = 'a:has-text("4 West huddle")';

/**
 * @type {{ name: string, path: string, role?: string, width: number, height: number, dark?: boolean, locale?: string,
 *   settle: string, press?: string, click?: string, prepare?: (page: import('playwright-core').Page) => Promise<void> }[]}
 */
const pictures = [
  { name: 'sign-in', path: '/', ...desk, settle: 'input[type=password]' },
  {
    name: 'network',
    path: '/network',
    role: 'command_center',
    ...wall,
    settle: '[data-testid=facility-rgh]',
  },
  { name: 'network-desk', path: '/network', role: 'admin', ...desk, settle: '[data-testid=facility-rgh]' },
  { name: 'facilities', path: '/network/facilities', role: 'command_center', ...desk, settle: '.ft-row' },
  { name: 'sources', path: '/sources', role: 'admin', ...desk, settle: '.feeds-entry' },
  { name: 'wall', path: '/wall/rgh', role: 'command_center', ...wall, settle: '[data-testid=tile-4w]' },
  {
    name: 'wall-dark',
    path: '/wall/rgh',
    role: 'command_center',
    ...wall,
    dark: true,
    settle: '[data-testid=tile-4w]',
  },
  { name: 'bed-board', path: '/units/4w/beds', role: 'nurse', ...desk, settle: '[data-testid=bed-4w-01]' },
  {
    name: 'bed',
    path: '/units/ds/beds?bed=ds-03',
    role: 'nurse',
    ...desk,
    settle: '[data-testid=bed-ds-01]',
  },
  {
    name: 'bed-board-phone',
    path: '/units/4w/beds',
    role: 'nurse',
    ...phone,
    locale: 'vi-VN',
    settle: '[data-testid=bed-4w-01]',
  },
  {
    name: 'quick-update-phone',
    path: '/facilities/crisis/update',
    role: 'provider',
    ...phone,
    settle: '[data-testid=update-psychiatric]',
  },
  {
    name: 'day-board',
    path: `/departments/medicine/day?date=${tomorrow}`,
    role: 'receptionist',
    ...desk,
    settle: '.day-column',
  },
  {
    name: 'day-board-phone',
    path: `/departments/medicine/day?date=${tomorrow}`,
    role: 'receptionist',
    ...phone,
    dark: true,
    settle: '.day-column',
  },
  { name: 'messages', path: '/messages', role: 'nurse', ...desk, settle: '.conversation', click: huddle },
  {
    name: 'messages-phone',
    path: '/messages',
    role: 'nurse',
    ...phone,
    dark: true,
    settle: '.conversation',
    click: huddle,
  },
  { name: 'payments', path: '/payments', role: 'accountant', ...desk, settle: '.pay-row' },
  { name: 'mine-phone', path: '/me', role: 'patient', ...phone, settle: '.own-booking' },
  { name: 'palette', path: '/', role: 'nurse', ...desk, settle: '.place', press: 'Control+k' },
  {
    name: 'people',
    path: '/admin/people',
    role: 'admin',
    ...desk,
    settle: '.people-row',
    click: 'button:text-is("Provider")',
  },
  { name: 'requests', path: '/admin/requests', role: 'admin', ...desk, settle: '.people-card' },
  {
    name: 'my-security',
    path: '/me/security',
    role: 'pharmacist',
    ...desk,
    settle: '.security-card',
    prepare: addPasskey,
  },
  { name: 'pairing', path: '/pair', ...wall, settle: '.pairing-qr' },
  {
    name: 'displays',
    path: '/admin/walls',
    role: 'admin',
    ...desk,
    settle: '.walls-form',
    prepare: approveWalls,
  },
  { name: 'reviews', path: '/admin/reviews', role: 'admin', ...desk, settle: '.review', click: '.review a' },
  { name: 'security', path: '/admin/security', role: 'admin', ...desk, settle: '.security-alert' },
  {
    name: 'audit',
    path: '/admin/audit?who=demo-locum',
    role: 'admin',
    ...desk,
    settle: '.audit-rows tbody tr',
  },
  { name: 'privacy', path: '/admin/privacy', role: 'admin', ...desk, settle: '.privacy' },
];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !pictures.some((picture) => picture.name === name));

/** In a browser whose owner shows a finger whenever it is asked for one. */
async function addPasskey(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  };
  await session.send('WebAuthn.addVirtualAuthenticator', { options });
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('button', { name: 'Add it' }).click();
  await page.getByRole('button', { name: 'I have kept them' }).click();
}

/** Real displays: each shows a code, is approved, and opens its board. */
async function approveWalls(page) {
  for (const [name, board] of [
    ['Corridor of 4 West', '4 West'],
    ['Command centre', 'Riverside General Hospital'],
  ]) {
    const context = await browser.newContext({ viewport: wall, locale: 'en-GB' });
    const display = await context.newPage();
    await display.goto(`${url}/pair`);
    const letters = await display.locator('.pairing-letters').innerText();
    await page.getByLabel('Code on the display').fill(/[A-Z]{4}-[A-Z]{4}/.exec(letters)?.[0] ?? '');
    await page.getByLabel('Name on the glass').fill(name);
    await page.getByRole('combobox', { name: 'Board' }).selectOption({ label: board });
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.locator('.walls-row', { hasText: name }).waitFor();
  }
  await page
    .getByText(/^Connected/)
    .nth(1)
    .waitFor();
}

try {
  if (unknown.length > 0) throw new Error(`there is no picture ${unknown.join(', ')}`);
  await mkdir(images, { recursive: true });
  // So that the pictures show a working hour: beds being cleaned, held, closed.
  await new Promise((resolve) => setTimeout(resolve, Number(process.env.SETTLE_MS ?? 75_000)));
  for (const { name, path, role, width, height, dark, locale, settle, press, click, prepare } of pictures) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const context = await browser.newContext({
      viewport: { width, height },
      locale: locale ?? 'en-GB',
      colorScheme: dark ? 'dark' : 'light',
    });
    const page = await context.newPage();
    await page.goto(url + path);
    if (role !== undefined) {
      await page.getByRole('textbox', { name: /e-?mail/i }).fill(`${role}@demo.carewall.example`);
      await page.locator('input[type=password]').fill('demo-carewall');
      await page.keyboard.press('Enter');
    }
    await page.locator(settle).first().waitFor();
    if (press) await page.keyboard.press(press);
    if (click) await page.locator(click).first().click();
    if (prepare) await prepare(page);
    if (role !== undefined) await page.waitForTimeout(1_500);
    await page.screenshot({ path: join(images, `${name}.png`) });
    console.log(`docs/images/${name}.png`);
    await context.close();
  }
} finally {
  await browser.close();
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  await rm(dataDir, { recursive: true, force: true });
}
