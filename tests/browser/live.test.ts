import type { Browser, Page } from 'playwright-core';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectMllp } from '#realtime/ingest/mllp/client.ts';
import { signIn } from '#realtime/testing/contract-client.ts';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer('uws'), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

async function send(type: string, data: object): Promise<void> {
  const token = await signIn(server.url(), 'nurse');
  const response = await fetch(`${server.url()}/api/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: uuidv7(), type, data }),
  });
  expect(response.status).toBe(200);
}

const statusOf = (page: Page, bed: string) => page.getByTestId(`bed-${bed}`);

test('two browsers: one changes a bed, the other shows it', async () => {
  const [first, second] = await Promise.all([openPage(browser), openPage(browser)]);
  await Promise.all([
    signInAt(first.page, `${server.url()}/units/ds/beds`, 'nurse'),
    signInAt(second.page, `${server.url()}/units/ds/beds`, 'command_center'),
  ]);
  await statusOf(second.page, 'ds-05').waitFor();
  await first.page.getByRole('link', { name: 'DS-05' }).click();
  const panel = first.page.getByRole('dialog');
  await panel.getByRole('button', { name: /^hold/i }).click();
  await panel.locator('form').getByRole('button', { name: /^hold/i }).click();
  await statusOf(second.page, 'ds-05').getByText(/until/i).waitFor();
  expect([...first.faults, ...second.faults]).toEqual([]);
  await first.page.context().close();
  await second.page.context().close();
});

test('a conflict is explained, and what the person wrote is kept', async () => {
  const { page } = await openPage(browser);
  await signInAt(page, `${server.url()}/units/ds/beds`, 'nurse');
  await page.getByRole('link', { name: 'DS-06' }).click();
  const panel = page.getByRole('dialog');
  await panel
    .getByRole('button', { name: /^close/i })
    .last()
    .click();
  const reason = panel.locator('form').getByRole('textbox').first();
  await reason.fill('Ceiling leaks above the head end');
  await send('bed.claim', { bed: 'ds-06' });
  await panel
    .getByText(/changed/i)
    .first()
    .waitFor();
  expect(await reason.inputValue()).toBe('Ceiling leaks above the head end');
  await page.context().close();
});

test('a command over HTTP and an ADT^A20 over MLLP each change an open wall', async () => {
  const { page, faults } = await openPage(browser, { viewport: { width: 1920, height: 1080 } });
  await signInAt(page, `${server.url()}/wall/rgh`, 'command_center');
  const tile = page.getByTestId('tile-4w');
  const count = (word: string) => tile.locator('.count', { hasText: word }).locator('dd');
  await expect.poll(() => count('Held').textContent()).toBe('0');
  await send('bed.claim', { bed: '4w-01' });
  await expect.poll(() => count('Held').textContent()).toBe('1');
  const feed = await connectMllp({ host: '127.0.0.1', port: server.process().mllpPort });
  const ack = await feed.send(
    'MSH|^~\\&|DEMO|RGH|CAREWALL|RGH|20260301080000||ADT^A20|W1|P|2.5.1\rEVN||20260301080000\rNPU|4W^402^1^RGH|K',
  );
  expect(ack).toContain('MSA|AA');
  await expect.poll(() => count('Contaminated').textContent()).toBe('1');
  await feed.close();
  expect(faults).toEqual([]);
  await page.context().close();
});

test('INV-4.3 a wall holds no patient identity, though whoever signed in may read it', async () => {
  await send('bed.occupy', {
    bed: 'ds-10',
    visit: 'V-SECRET',
    patient: { mrn: 'M-SECRET', family: 'Secretfamily' },
  });
  const { page } = await openPage(browser);
  await signInAt(page, `${server.url()}/units/ds/beds`, 'nurse');
  await page.getByText('Secretfamily').first().waitFor();
  await page.goto(`${server.url()}/wall/rgh`);
  await page.getByTestId('tile-ds').waitFor();
  expect(await page.content()).not.toMatch(/secret/i);
  await page.context().close();
});

test('what one may not do is not offered', async () => {
  const { page } = await openPage(browser);
  await signInAt(page, `${server.url()}/units/ds/beds?bed=ds-15`, 'lab');
  const panel = page.getByRole('dialog');
  await panel.waitFor();
  expect(await panel.locator('.actions button').count()).toBe(0);
  await page.context().close();
});

test('INV-7.2 the banner is there within 5 s of the server’s death, and gone when it is back, with all that happened', {
  timeout: 90_000,
}, async () => {
  const { page, faults } = await openPage(browser);
  await signInAt(page, `${server.url()}/units/icu/beds`, 'nurse');
  await statusOf(page, 'icu-01').waitFor();
  const banner = page.getByText(/no contact with the server/i);
  expect(await banner.count()).toBe(0);
  const killed = Date.now();
  server.process().kill('SIGKILL');
  await banner.waitFor({ timeout: 10_000 });
  // The last word from the server may have come just before it died; 5 s of silence and a check twice a second.
  expect(Date.now() - killed).toBeLessThan(6_000);
  expect(await statusOf(page, 'icu-01').isVisible()).toBe(true);
  await server.restart();
  await send('bed.close', { bed: 'icu-01', reason: 'Repair' });
  await banner.waitFor({ state: 'detached', timeout: 15_000 });
  await statusOf(page, 'icu-01').getByText('Closed').first().waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});
