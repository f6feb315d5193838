import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailServer, startMailServer } from '#realtime/post/testing/mail-server.ts';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';

let server: TestServer;
let browser: Browser;
let mails: MailServer;
beforeAll(async () => {
  mails = await startMailServer();
  [server, browser] = await Promise.all([
    startTestServer('uws', { SMTP_URL: mails.url, MAIL_FROM: 'Carewall <carewall@riverside.example>' }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await mails.close();
});

const phone = { viewport: { width: 390, height: 844 } };
const patience = { timeout: 15_000 };
const onWall = (page: Page, level: string) =>
  page.getByTestId('facility-crisis').getByTestId(`level-${level}`).locator('.net-level-count');

/** The link in the newest mail to somebody, as their mail program shows it. */
async function linkIn(address: string): Promise<string> {
  let link: string | undefined;
  await expect
    .poll(() => {
      const mail = mails.mails.filter(({ to }) => to.includes(address)).at(-1);
      link = /^http\S+\/count#[0-9a-f]{64}$/m.exec(mail?.text ?? '')?.[0];
      return link;
    }, patience)
    .toBeDefined();
  return link ?? '';
}

test('a desk is asked by mail, answers from a telephone without an account, and the network’s wall shows it', async () => {
  const [office, wall, desk] = await Promise.all([
    openPage(browser),
    openPage(browser),
    openPage(browser, phone),
  ]);
  await Promise.all([
    signInAt(office.page, `${server.url()}/facilities/crisis/update`, 'provider'),
    signInAt(wall.page, `${server.url()}/network`, 'command_center'),
  ]);
  await office.page.getByRole('link', { name: 'Who is asked for counts' }).click();
  await office.page.getByText('Nobody is asked here yet').waitFor();
  await office.page.getByLabel('Name of the person or desk').fill('Night desk');
  await office.page.getByLabel('E-mail address').fill('nobody');
  await office.page.getByRole('button', { name: 'Save' }).click();
  await office.page.getByText('Write an e-mail address.').waitFor();
  await office.page.getByLabel('E-mail address').fill('desk@crisis.example');
  await office.page.getByRole('button', { name: 'Save' }).click();
  await office.page.getByText('No link sent yet').waitFor();
  await office.page.getByRole('button', { name: 'Send Night desk a link now' }).click();
  const link = await linkIn('desk@crisis.example');
  await office.page.getByText(/Link sent \d\d:\d\d/).waitFor();

  // A scanner of mail follows the link, and nothing comes of it: browsers and others send no fragment.
  expect((await fetch(link)).status).toBe(200);
  expect((await fetch(link, { method: 'HEAD' })).status).toBe(200);
  await desk.page.goto(link);
  await desk.page.getByRole('heading', { name: /Harbour Crisis Centre/ }).waitFor();
  await office.page.getByText(/Link opened \d\d:\d\d, not answered yet/).waitFor();
  await desk.page.getByRole('button', { name: 'All still true' }).waitFor();
  const beds = desk.page.getByRole('textbox', { name: 'Crisis stabilisation: available beds' });
  expect(await beds.inputValue()).toBe('6');
  await beds.fill('60');
  await desk.page.getByRole('button', { name: 'Send these counts' }).click();
  await desk.page.getByText('Write a whole number from 0 to 16.').waitFor();
  await beds.fill('4');
  await desk.page.getByRole('button', { name: 'Crisis stabilisation: one fewer' }).click();

  // The network goes away while it is sent: what was written stays, and is sent once.
  await desk.page.route('**/count-links/submit', (route) => route.abort());
  await desk.page.getByRole('button', { name: 'Send these counts' }).click();
  await desk.page.getByText('There was no answer.').waitFor();
  expect(await beds.inputValue()).toBe('3');
  await desk.page.unroute('**/count-links/submit');
  await desk.page.getByRole('button', { name: 'Send these counts' }).click();
  const sent = Date.now();
  await onWall(wall.page, 'crisis-stabilisation').getByText('3', { exact: true }).waitFor();
  expect(Date.now() - sent).toBeLessThan(5_000);
  await desk.page.getByText(/Saved \d\d:\d\d/).waitFor();
  await office.page.getByText(/Answered \d\d:\d\d/).waitFor();

  await desk.page.reload();
  await desk.page.getByText('This link has been used').waitFor();
  await expect
    .poll(
      () => mails.mails.find(({ subject }) => subject === 'New counts for Harbour Crisis Centre')?.text,
      patience,
    )
    .toContain('Crisis stabilisation: 3 of 16 available');
  expect([...office.faults, ...wall.faults, ...desk.faults]).toEqual([]);
  const token = link.split('#')[1] ?? '';
  expect(server.process().log()).not.toContain(token);
  expect(server.process().log()).not.toContain('desk@crisis.example');
  await Promise.all([office, wall, desk].map(({ page }) => page.context().close()));
});

test('a link that is cut off says so and shows nothing; without a demo there is no mailbox', async () => {
  const { page, faults } = await openPage(browser, { ...phone, locale: 'vi-VN' });
  await page.goto(`${server.url()}/count#0123`);
  await page.getByText('Liên kết không hợp lệ').waitFor();
  expect((await fetch(`${server.url()}/api/v1/demo/mailbox`)).status).not.toBe(200);
  expect(faults).toEqual([]);
  await page.context().close();
});
