import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';
import { picture } from './looks.ts';

let server: TestServer;
let browser: Browser;
/** Passkeys are bound to a name: `localhost` is one, `127.0.0.1` is none. */
let named: string;
beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer('node'), launchBrowser()]);
  named = `http://localhost:${new URL(server.url()).port}`;
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(async () => {
  const { owner } = server.database;
  for (const table of ['totp_factors', 'passkeys', 'backup_codes', 'known_devices', 'attempts'])
    await owner`delete from ${owner(`carewall.${table}`)}`;
});
const opened: Page[] = [];
afterEach(async () => {
  for (const page of opened.splice(0)) await page.context().close();
});

async function open(options: Parameters<typeof openPage>[1] = {}): Promise<Page> {
  const { page } = await openPage(browser, options);
  opened.push(page);
  return page;
}

/** Puts an authenticator into a page's browser, which shows its owner's finger whenever it is asked. */
async function withAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

const signOut = async (page: Page) => {
  await page.locator('.head-menu').first().click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.locator('input[name=password]').waitFor();
};

test('a passkey is made, opens the door without a password, and after one', { timeout: 90_000 }, async () => {
  const page = await open();
  await withAuthenticator(page);
  await signInAt(page, `${named}/me/security`, 'nurse');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await picture(page, 'passkey-name');
  await page.getByRole('button', { name: 'Add it' }).click();
  await page.getByText('These codes are shown once').waitFor();
  await picture(page, 'backup-codes');
  expect(await page.locator('.backup-codes li').count()).toBe(10);
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('10 codes are left').waitFor();
  await picture(page, 'security-passkey');

  await signOut(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByRole('heading', { name: 'My security' }).waitFor();
  await page.getByText('by passkey').waitFor();

  await signOut(page);
  await page.getByRole('textbox', { name: 'Email' }).fill('nurse@demo.carewall.example');
  await page.locator('input[name=password]').fill('demo-carewall');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Use your passkey' }).click();
  await page.getByText('by password and a second factor').waitFor();
});

test('one-time codes are set up by the key, asked for at the door, and pasted', {
  timeout: 90_000,
}, async () => {
  const page = await open();
  await signInAt(page, `${named}/me/security`, 'clinician');
  await page.getByText('Only your password protects your account').waitFor();
  await picture(page, 'security-none');
  await page.getByRole('button', { name: 'Add an authenticator' }).click();
  await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
  const key = (await page.locator('.security-key code').innerText()).replaceAll(' ', '');
  const totp = new TOTP({ secret: Secret.fromBase32(key) });
  await page.getByLabel('Code it shows').fill('000000');
  await page.getByRole('button', { name: 'Add it' }).click();
  await page.getByText('That code is not of this key').waitFor();
  await picture(page, 'totp-enrolment');
  await page.getByLabel('Code it shows').fill(totp.generate({ timestamp: Date.now() - 30_000 }));
  await page.getByRole('button', { name: 'Add it' }).click();
  await page.getByText('These codes are shown once').waitFor();
  const [code = ''] = await page.locator('.backup-codes code').allInnerTexts();
  await page.getByRole('button', { name: 'I have kept them' }).click();

  await signOut(page);
  const enter = async (): Promise<void> => {
    await page.getByRole('textbox', { name: 'Email' }).fill('clinician@demo.carewall.example');
    await page.locator('input[name=password]').fill('demo-carewall');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
  };
  await enter();
  const field = page.getByLabel('Code from your authenticator');
  expect(await field.getAttribute('autocomplete')).toBe('one-time-code');
  await field.fill('123456');
  await page.keyboard.press('Enter');
  await page.getByText('That did not prove who you are').waitFor();
  await picture(page, 'second-factor');
  // As a phone's messages give it: with a space in the middle, and pasted at once.
  const now = totp.generate();
  await field.fill('');
  await page.keyboard.insertText(`${now.slice(0, 3)} ${now.slice(3)}`);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'My security' }).waitFor();

  await signOut(page);
  await enter();
  await page.getByRole('button', { name: 'A backup code' }).click();
  await page.getByLabel('Backup code').fill(code.toLowerCase());
  await page.keyboard.press('Enter');
  await page.getByText('9 codes are left').waitFor();
});

test('the screens hold on a phone, in the dark, in Vietnamese', { timeout: 60_000 }, async () => {
  const page = await open({ viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'vi-VN' });
  await page.goto(named);
  await page.locator('input[type=password]').waitFor();
  await picture(page, 'phone-sign-in');
  await signInAt(page, `${named}/me/security`, 'dietician');
  await page.getByRole('button', { name: 'Thêm ứng dụng xác thực' }).click();
  await page.getByRole('img', { name: 'Mã QR cho ứng dụng xác thực' }).waitFor();
  await picture(page, 'phone-security');
  const { width, inner } = await page.evaluate<{ width: number; inner: number }>(
    '({ width: document.documentElement.scrollWidth, inner: innerWidth })',
  );
  expect(width).toBeLessThanOrEqual(inner);
});

test('an address without a name says why there are no passkeys', async () => {
  const page = await open();
  await page.goto(server.url());
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.getByText('Passkeys work only where Carewall is reached by its name').waitFor();
});

test('a step-up is asked for over what is being done, and what was typed stays', {
  timeout: 60_000,
}, async () => {
  const page = await open();
  await signInAt(page, `${named}/me/security`, 'lab');
  await page.getByRole('button', { name: 'Add a passkey' }).waitFor();
  await withAuthenticator(page);
  await server.database
    .owner`update carewall.sessions set stepped_up_at = clock_timestamp() - interval '11 minutes'`;
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name of the device').fill('The lab’s laptop');
  await page.getByRole('button', { name: 'Add it' }).click();
  const dialog = page.getByRole('dialog', { name: 'Is it still you?' });
  await dialog.waitFor();
  await dialog.getByLabel('Password').fill('wrong');
  await page.keyboard.press('Enter');
  await dialog.getByText('That did not prove it').waitFor();
  await picture(page, 'step-up');
  await dialog.getByLabel('Password').fill('demo-carewall');
  await page.keyboard.press('Enter');
  await page.getByText('These codes are shown once').waitFor();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.getByText('The lab’s laptop').waitFor();
});

test('another session is seen and ended, and its page is back at the door', { timeout: 60_000 }, async () => {
  const [page, other] = [await open(), await open()];
  await signInAt(page, `${named}/me/security`, 'pharmacist');
  await signInAt(other, named, 'pharmacist');
  await page.reload();
  const end = page.getByRole('button', { name: /^End Chrome/ });
  await end.waitFor();
  await picture(page, 'sessions');
  await end.click();
  await other.locator('input[name=password]').waitFor();
  await page.getByText('You are signed in nowhere else').waitFor();
});

test('INV-15.7 the page warns a minute before the log-off, stays on request, and gives back what was being written', {
  timeout: 90_000,
}, async () => {
  const page = await open();
  await page.clock.install();
  await signInAt(page, `${named}/me/security`, 'radiologist');
  await page.getByRole('button', { name: 'Add an authenticator' }).click();
  const name = page.getByLabel('Name of the device');
  await name.fill('A telephone');
  await page.clock.runFor(2_000);
  await page.clock.fastForward('14:10');
  const warning = page.getByRole('dialog', { name: 'Are you still there?' });
  await warning.waitFor();
  await picture(page, 'idle-warning');
  await warning.getByRole('button', { name: 'Stay signed in' }).click();
  await warning.waitFor({ state: 'detached' });
  // The server has heard of it: it is the server that counts.
  await page.clock.fastForward('15:10');
  await server.database
    .owner`update carewall.sessions set active_at = clock_timestamp() - interval '16 minutes'`;
  await page.clock.runFor(5_000);
  await page.getByText('You were signed out after 15 minutes without use').waitFor();
  await picture(page, 'signed-out-idle');
  await page.getByRole('textbox', { name: 'Email' }).fill('radiologist@demo.carewall.example');
  await page.locator('input[name=password]').fill('demo-carewall');
  await page.keyboard.press('Enter');
  const kept = page.getByRole('dialog', { name: 'What you had not sent' });
  await kept.getByText('A telephone').waitFor();
  await picture(page, 'kept-text');
});
