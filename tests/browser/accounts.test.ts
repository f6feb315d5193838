import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MailServer, startMailServer } from '#realtime/post/testing/mail-server.ts';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';
import { picture, violations } from './looks.ts';

let server: TestServer;
let mail: MailServer;
let browser: Browser;
const password = 'a long walk by the river';

beforeAll(async () => {
  mail = await startMailServer();
  const environment = { SMTP_URL: mail.url, MAIL_FROM: 'Carewall <carewall@hospital.example>' };
  [server, browser] = await Promise.all([startTestServer('uws', environment), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await mail.close();
});

/** The address of the link in the newest mail to somebody, at the server as this test reaches it. */
async function linkSentTo(address: string, path: string): Promise<string> {
  const form = new RegExp(`https?://[^/\\s]+(${path}#[0-9a-f]{64})\\b`);
  const found = () =>
    mail.mails
      .filter(({ to }) => to.includes(address))
      .flatMap(({ text }) => form.exec(text ?? '')?.[1] ?? []);
  await expect.poll(() => found().length, { timeout: 20_000 }).toBeGreaterThan(0);
  return `${server.url()}${found().at(-1)}`;
}

async function choose(page: Page, role: string, place: string): Promise<void> {
  const drawer = page.locator('dialog.drawer');
  await drawer.getByLabel('Role', { exact: true }).selectOption({ label: role });
  await drawer.getByLabel('Place', { exact: true }).selectOption({ label: place });
}

describe('an account', () => {
  test('is invited, accepted, given a role and loses it, each seen at once by both', async () => {
    const { page: admin, faults } = await openPage(browser);
    await signInAt(admin, `${server.url()}/admin/people`, 'admin');
    await admin.getByText('Quang Bui').waitFor();
    expect(await violations(admin)).toEqual([]);
    await picture(admin, 'people');
    await admin.getByRole('button', { name: 'Invite somebody…' }).click();
    await admin.getByRole('textbox', { name: 'Name' }).fill('Mai Tran');
    await admin.getByRole('textbox', { name: 'Email' }).fill('mai@riverside.example');
    await admin.getByLabel('Language', { exact: true }).selectOption('en');
    await choose(admin, 'Logistics', '4 East · Riverside General Hospital');
    expect(await violations(admin)).toEqual([]);
    await picture(admin, 'invite');
    await admin.getByRole('button', { name: 'Send the invitation' }).click();
    await admin.getByText('mai@riverside.example').waitFor();

    const { page: mai } = await openPage(browser);
    await mai.goto(await linkSentTo('mai@riverside.example', '/join'));
    await mai.getByText('Riverside Health invites you').waitFor();
    await mai.getByLabel('Choose a password').fill('password1234');
    await mai.getByRole('button', { name: 'Make the account' }).click();
    await mai.getByText('among the first that would be tried').waitFor();
    expect(await violations(mai)).toEqual([]);
    await picture(mai, 'accept');
    await mai.getByLabel('Choose a password').fill(password);
    await mai.getByRole('button', { name: 'Make the account' }).click();
    await mai.getByText('Your account is ready').waitFor();
    const address = mai.url();
    await mai.getByRole('link', { name: 'To the sign-in' }).click();
    await mai.getByRole('textbox', { name: /email/i }).fill('mai@riverside.example');
    await mai.locator('input[type=password]').fill(password);
    await mai.keyboard.press('Enter');
    await mai.locator('input[type=password]').waitFor({ state: 'detached' });

    // The link is used up.
    const { page: later } = await openPage(browser);
    await later.goto(address);
    await later.getByText('not valid any more').first().waitFor();

    await mai.goto(`${server.url()}/units/4w/beds`);
    const wards = mai.locator('h1', { hasText: '4 West' });
    expect(await wards.count()).toBe(0);
    await admin.getByRole('button', { name: 'Mai Tran' }).click();
    await choose(admin, 'Nurse', '4 West · Riverside General Hospital');
    await admin.getByRole('button', { name: 'Give this role' }).click();
    await admin.getByText('The role is given.').first().waitFor();
    await mai.goto(`${server.url()}/units/4w/beds`);
    await wards.waitFor({ timeout: 10_000 });
    await picture(admin, 'account');
    await admin.getByRole('button', { name: 'Take away: Nurse, 4 West' }).click();
    await wards.waitFor({ state: 'detached', timeout: 10_000 });
    expect(faults).toEqual([]);
  }, 90_000);

  test('that is forgotten gets another password by a letter', async () => {
    const { page } = await openPage(browser, { viewport: { width: 390, height: 844 } });
    await page.goto(`${server.url()}/join/forgotten`);
    await page.getByRole('textbox').fill('dietician@demo.carewall.example');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText('Look into your mail').waitFor();
    await page.goto(await linkSentTo('dietician@demo.carewall.example', '/join/reset'));
    await page.getByLabel('New password').fill(password);
    await picture(page, 'reset-phone');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('You were signed out everywhere').waitFor();
  });
});

describe('an administrator', () => {
  test('sees where somebody is signed in, ends that, and resets their factors after proving to be there', async () => {
    const { page: mai } = await openPage(browser);
    await signInAt(mai, `${server.url()}/units/4w/beds`, 'radiologist');
    const { page: again } = await openPage(browser);
    await signInAt(again, `${server.url()}/units/4w/beds`, 'radiologist');
    const { page, faults } = await openPage(browser, { viewport: { width: 390, height: 844 } });
    await signInAt(page, `${server.url()}/admin/people`, 'admin');
    await page.getByRole('button', { name: 'Radiologist' }).click();
    const sessions = page.getByRole('region', { name: 'Where they are signed in' });
    const ends = sessions.getByRole('button', { name: /^End Chrome/ });
    await expect.poll(() => ends.count()).toBe(2);
    expect(await violations(page)).toEqual([]);
    await picture(page, 'account-sessions-phone');
    await ends.first().click();
    await page.getByText('That session is ended.').first().waitFor();
    await expect.poll(() => ends.count()).toBe(1);
    await again.locator('input[type=password]').waitFor();
    expect(await mai.locator('input[type=password]').count()).toBe(0);

    await server.database
      .owner`update carewall.sessions set stepped_up_at = null where account = 'demo-admin'`;
    await page.getByRole('button', { name: 'Reset their second factors…' }).click();
    await page.getByText('Make sure this is Radiologist').waitFor();
    await page.getByRole('button', { name: 'Reset their second factors', exact: true }).click();
    const proof = page.getByRole('dialog', { name: 'Is it still you?' });
    await proof.getByLabel('Password').fill('demo-carewall');
    await page.keyboard.press('Enter');
    await page.getByText('Tell Radiologist this code').waitFor();
    const code = (await page.locator('.people-token').innerText()).trim();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'account-reset-phone');
    await sessions.getByText('They are signed in nowhere.').waitFor();
    await mai.locator('input[type=password]').waitFor();
    await page.getByRole('button', { name: 'I have told them' }).click();
    expect(await page.content()).not.toContain(code);

    // The code stands in for the factor that is gone.
    const answer = await fetch(`${server.url()}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'radiologist@demo.carewall.example', password: 'demo-carewall' }),
    });
    expect(await answer.text()).toContain('backup');
    expect(faults).toEqual([]);
  }, 60_000);

  test('of one facility ends all of somebody’s sessions, and is not shown each', async () => {
    const { page } = await openPage(browser);
    const { owner } = server.database;
    await owner`insert into carewall.grants (org_id, account, role, place) values ('demo', 'demo-nurse', 'admin', 'rgh')`;
    await signInAt(page, `${server.url()}/admin/people`, 'nurse');
    await page.getByRole('button', { name: 'Dr Minh Tran' }).click();
    await page.getByRole('button', { name: 'Sign them out everywhere' }).waitFor();
    expect(await page.getByRole('region', { name: 'Where they are signed in' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: /Reset their second factors/ }).count()).toBe(0);
    await owner`delete from carewall.grants where account = 'demo-nurse' and role = 'admin'`;
  }, 60_000);
});

describe('a request for an account', () => {
  test('takes three steps and a letter, and is approved from the queue', async () => {
    const { page } = await openPage(browser, { viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    await page.goto(`${server.url()}/join/request`);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('This is needed.').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'request-phone-dark');
    await page.getByLabel('Your name').fill('Dr An Vu');
    await page.getByLabel('Email').fill('an.vu@riverside.example');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Profession').fill('Physician');
    await page.getByLabel('Where you work').fill('Riverside General');
    await page.getByRole('button', { name: 'Send the request' }).click();
    await page.getByText('Look into your mail').waitFor();
    await page.goto(await linkSentTo('an.vu@riverside.example', '/join/verify'));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('Your request is with an administrator').waitFor();

    const { page: admin } = await openPage(browser, { colorScheme: 'dark' });
    await signInAt(admin, `${server.url()}/admin/requests`, 'admin');
    const card = admin.locator('.people-card', { hasText: 'Dr An Vu' });
    await card.getByText('riverside.example is a domain of yours').waitFor();
    expect(await violations(admin)).toEqual([]);
    await picture(admin, 'requests-dark');
    await card.getByLabel('Place').selectOption({ label: 'Riverside General Hospital' });
    await card.getByRole('button', { name: 'Approve and invite' }).click();
    await card.waitFor({ state: 'detached' });
    await page.goto(await linkSentTo('an.vu@riverside.example', '/join'));
    await page.getByText('Riverside Health invites you').waitFor();
  });
});

test('a facility that asks is registered by whoever approves, who invites its first provider', async () => {
  const { page } = await openPage(browser);
  await page.goto(`${server.url()}/join/request`);
  await page.getByLabel('A facility that wants to take part').check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('Your name').fill('Bao Do');
  await page.getByLabel('Email').fill('bao@riverside.example');
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('What the facility is called').fill('Nhà dưỡng lão Đồng Tâm');
  await page.getByLabel('Its address').fill('12 Lê Lợi, Huế');
  await page.getByRole('button', { name: 'Send the request' }).click();
  await page.getByText('Look into your mail').waitFor();
  await page.goto(await linkSentTo('bao@riverside.example', '/join/verify'));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByText('Your request is with an administrator').waitFor();
  const { page: admin } = await openPage(browser);
  await signInAt(admin, `${server.url()}/admin/requests`, 'admin');
  const card = admin.locator('.people-card', { hasText: 'Bao Do' });
  await card.getByRole('button', { name: 'Register the facility' }).click();
  await card.getByText('The facility is registered').waitFor();
  await card.getByLabel('Role').selectOption({ label: 'Provider' });
  await card.getByLabel('Place').selectOption({ label: 'Nhà dưỡng lão Đồng Tâm' });
  await card.getByRole('button', { name: 'Approve and invite' }).click();
  await card.waitFor({ state: 'detached' });
  await linkSentTo('bao@riverside.example', '/join');
});

describe('a key', () => {
  test('is shown once, works, and is revoked', async () => {
    const { page } = await openPage(browser);
    await signInAt(page, `${server.url()}/admin/people`, 'admin');
    await page.getByRole('button', { name: 'Issue a key…' }).click();
    await page.getByLabel('What the system is called').fill('Bed report');
    await choose(page, 'Command centre', 'Riverside General Hospital');
    await page.getByLabel('unit/*/beds').check();
    await page.locator('dialog.drawer').getByRole('button', { name: 'Issue a key' }).click();
    const token = (await page.locator('.people-token').textContent()) ?? '';
    expect(token).toMatch(/^cwk_[0-9a-f]{64}$/);
    await picture(page, 'key');
    const read = () =>
      fetch(`${server.url()}/api/v1/topics/${encodeURIComponent('unit/4w/beds')}`, {
        headers: { authorization: `Bearer ${token}` },
      }).then(({ status }) => status);
    expect(await read()).toBe(200);
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByText('Bed report').waitFor();
    expect(await page.content()).not.toContain(token);
    await page.getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('No system has a key.').waitFor();
    await expect.poll(read).toBe(401);
  });
});

test('one’s own profile is one’s own to change', async () => {
  const { page } = await openPage(browser, { viewport: { width: 390, height: 844 } });
  await signInAt(page, `${server.url()}/me/profile`, 'pharmacist');
  await page.getByLabel('Telephone').fill('+84 90 123 4567');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => page.getByLabel('Telephone').inputValue()).toBe('+84 90 123 4567');
  expect(await violations(page)).toEqual([]);
  await picture(page, 'profile-phone');
});
