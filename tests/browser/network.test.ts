import type { Browser, Page } from 'playwright-core';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

const phone = { viewport: { width: 360, height: 800 } };

async function send(role: string, type: string, data: object): Promise<void> {
  const token = await signIn(server.url(), role);
  const response = await fetch(`${server.url()}/api/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: uuidv7(), type, data }),
  });
  expect(response.status).toBe(200);
}

const card = (page: Page, level: string) => page.getByTestId(`update-${level}`);
const onWall = (page: Page, facility: string, level: string) =>
  page.getByTestId(`facility-${facility}`).getByTestId(`level-${level}`).locator('.net-level-count');

test('one fewer on a phone is soon on the network’s wall, and taken back, is gone again', async () => {
  const [update, wall] = await Promise.all([openPage(browser, phone), openPage(browser)]);
  await Promise.all([
    signInAt(update.page, `${server.url()}/facilities/crisis/update`, 'provider'),
    signInAt(wall.page, `${server.url()}/network`, 'command_center'),
  ]);
  await onWall(wall.page, 'crisis', 'crisis-stabilisation').getByText('6', { exact: true }).waitFor();
  await card(update.page, 'crisis-stabilisation')
    .getByRole('button', { name: /one fewer/ })
    .click();
  const tapped = Date.now();
  await onWall(wall.page, 'crisis', 'crisis-stabilisation').getByText('5', { exact: true }).waitFor();
  console.log(`on the wall ${Date.now() - tapped} ms after the tap`);
  const undo = card(update.page, 'crisis-stabilisation').getByRole('button', { name: 'Undo: back to 6' });
  await undo.waitFor();
  expect(await card(update.page, 'crisis-stabilisation').textContent()).toMatch(/Saved \d\d:\d\d/);
  await undo.click();
  await onWall(wall.page, 'crisis', 'crisis-stabilisation').getByText('6', { exact: true }).waitFor();
  expect(await card(update.page, 'crisis-stabilisation').getByRole('textbox').first().inputValue()).toBe('6');
  expect([...update.faults, ...wall.faults]).toEqual([]);
  await Promise.all([update.page.context().close(), wall.page.context().close()]);
});

test('a bed that is taken changes the network’s wall', async () => {
  const { page } = await openPage(browser);
  await signInAt(page, `${server.url()}/network`, 'admin');
  const free = page.getByTestId('facility-rgh').getByTestId('live-beds').locator('.net-level-count b');
  const before = Number(await free.textContent());
  await send('nurse', 'bed.occupy', { bed: 'ds-11' });
  await expect.poll(async () => Number(await free.textContent()), { timeout: 5_000 }).toBe(before - 1);
  await page.context().close();
});

test('INV-7.3 a count past its validity is out of the total, and counted as unknown; why is one step away', async () => {
  const { page } = await openPage(browser);
  await signInAt(page, `${server.url()}/network`, 'admin');
  const tile = page.getByTestId('tile-behavioural');
  await tile.getByText('+ 20 unknown').first().waitFor();
  expect(await page.locator('.net-tile').count()).toBeLessThanOrEqual(7);
  await tile.getByRole('button').click();
  await page.getByText('Residential treatment: + 20 unknown').waitFor();
  await page.context().close();
});

test('of two who write at once the second is shown both values, and chooses', async () => {
  const { page } = await openPage(browser, phone);
  await signInAt(page, `${server.url()}/facilities/rgh/update`, 'provider');
  const beds = card(page, 'medical-surgical');
  await beds.waitFor();
  const number = beds.getByRole('textbox').first();
  await number.fill('70');
  await beds.getByText(/more than the capacity of 60/).waitFor();
  await page.context().setOffline(true);
  await page.getByText(/no contact with the server/i).waitFor({ timeout: 15_000 });
  await number.fill('12');
  await beds.getByText(/not saved: no contact/i).waitFor();
  await send('admin', 'availability.attest', { facility: 'rgh', level: 'medical-surgical', available: 4 });
  await page.context().setOffline(false);
  await beds.getByText(/Admin said 4 at \d\d:\d\d, while you wrote 12/).waitFor({ timeout: 20_000 });
  expect(await number.inputValue()).toBe('12');
  await beds.getByRole('button', { name: 'Save 12' }).click();
  await beds.getByRole('button', { name: 'Undo: back to 4' }).waitFor();
  await page.context().close();
}, 60_000);

test('“still true” is one tap, for all at once', async () => {
  const { page } = await openPage(browser, phone);
  await signInAt(page, `${server.url()}/facilities/detox/update`, 'admin');
  const residential = card(page, 'residential-treatment');
  await residential.getByText('Unknown', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'All still true' }).click();
  await residential.getByText('Available', { exact: true }).waitFor();
  await page.context().close();
});

test('what one may not do is not offered, and what one may not see is not there', async () => {
  const { page } = await openPage(browser);
  await signInAt(page, `${server.url()}/facilities/crisis/update`, 'nurse');
  await card(page, 'psychiatric').waitFor();
  expect(await card(page, 'psychiatric').getByRole('button').count()).toBe(0);
  await page.context().close();
  const other = await openPage(browser);
  await signInAt(other.page, `${server.url()}/facilities/nursing/update`, 'provider');
  await other.page.getByRole('heading', { name: 'Not for you to see' }).waitFor();
  await other.page.goto(`${server.url()}/network`);
  await other.page.getByTestId('facility-crisis').waitFor();
  expect(await other.page.getByTestId('facility-nursing').count()).toBe(0);
  await other.page.context().close();
  const patient = await openPage(browser);
  await signInAt(patient.page, `${server.url()}/network`, 'patient');
  await patient.page.getByRole('heading', { name: 'Not for you to see' }).waitFor();
  expect(await patient.page.getByRole('link', { name: 'Network' }).count()).toBe(0);
  await patient.page.context().close();
});
