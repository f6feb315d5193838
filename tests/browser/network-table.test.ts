import type { Browser, Page } from 'playwright-core';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { signIn } from '#realtime/testing/contract-client.ts';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';
import { exported } from './exported.ts';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer('uws'), launchBrowser()]);
  const towns = ['Ash', 'Birch', 'Cedar', 'Dogwood', 'Elm', 'Fir', 'Hazel', 'Juniper'];
  for (const [n, town] of towns.entries()) {
    await send('admin', 'facility.register', {
      facility: town.toLowerCase(),
      name: `${town} Hospital`,
      type: 'GENERAL ACUTE CARE',
      region: n % 2 === 0 ? { id: 'north', name: 'North' } : { id: 'south', name: 'South' },
      timezone: 'America/Chicago',
      position: { latitude: 40 + n, longitude: -90 },
      counts: [{ level: 'hospice', capacity: 40, available: 10 + n, validForMinutes: 720 }],
    });
  }
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

async function send(role: string, type: string, data: object): Promise<void> {
  const token = await signIn(server.url(), role);
  const response = await fetch(`${server.url()}/api/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: uuidv7(), type, data }),
  });
  expect(response.status, await response.text()).toBe(200);
}

const names = (page: Page) => page.locator('.ft-row .ft-facility').allTextContents();
const hospices = '/network/facilities?care=hospice&sort=available&down=true';

test('INV-7.6 numbers change in place, and no row moves under a pointer until it goes', async () => {
  const { page, faults } = await openPage(browser);
  await signInAt(page, `${server.url()}${hospices}`, 'admin');
  await page.getByText('Juniper Hospital').waitFor();
  const before = await names(page);
  expect(before.slice(0, 2)).toEqual(['Juniper Hospital', 'Hazel Hospital']);
  await page.locator('.ft-row').first().hover();
  await send('admin', 'availability.attest', { facility: 'ash', level: 'hospice', available: 39 });
  const ash = page.locator('.ft-row', { hasText: 'Ash Hospital' });
  await ash.getByText('39').waitFor();
  await page.getByText('1 change of order is waiting').waitFor();
  expect(await names(page)).toEqual(before);
  await page.mouse.move(2, 2);
  await expect.poll(async () => (await names(page))[0]).toBe('Ash Hospital');
  expect(await page.locator('.ft-waiting').count()).toBe(0);
  // The same with the focus, and done at once by hand.
  await ash.getByRole('button').focus();
  await send('admin', 'availability.attest', { facility: 'ash', level: 'hospice', available: 1 });
  await page.getByText('1 change of order is waiting').waitFor();
  expect((await names(page))[0]).toBe('Ash Hospital');
  await page.getByRole('button', { name: 'Apply now' }).click();
  await expect.poll(async () => (await names(page))[0]).toBe('Juniper Hospital');
  expect(faults).toEqual([]);
  await page.context().close();
});

test('rows are found by text, region, state and distance, and ordered by a head that says so', async () => {
  const { page } = await openPage(browser);
  await signInAt(page, `${server.url()}/network/facilities?care=hospice`, 'command_center');
  await page.getByText('Ash Hospital').waitFor();
  await page.getByRole('searchbox').fill('hospital north');
  await expect
    .poll(() => names(page))
    .toEqual(['Ash', 'Cedar', 'Elm', 'Hazel'].map((town) => `${town} Hospital`));
  await page.getByRole('combobox', { name: 'Distance from' }).fill('44, -90');
  await page.getByRole('button', { name: 'Set', exact: true }).click();
  await page.getByRole('combobox', { name: 'Within' }).selectOption('250');
  await page.getByRole('button', { name: 'Distance', exact: true }).click();
  await expect.poll(async () => (await names(page)).slice(0, 1)).toEqual(['Elm Hospital']);
  expect(await page.getByRole('columnheader', { name: 'Distance' }).getAttribute('aria-sort')).toBe(
    'ascending',
  );
  expect((await names(page)).length).toBeLessThan(4);
  await page.getByRole('button', { name: 'Elm Hospital' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('GENERAL ACUTE CARE').waitFor();
  // Who may not change the counts is not offered to.
  expect(
    await page
      .getByRole('dialog')
      .getByRole('link', { name: /Update/ })
      .count(),
  ).toBe(0);
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Map', exact: true }).click();
  await page.getByTestId('map-canvas').waitFor();
  await page.getByRole('complementary').getByRole('button', { name: 'Elm Hospital' }).click();
  await page.getByRole('dialog').getByRole('heading', { name: 'Elm Hospital' }).first().waitFor();
  await page.context().close();
});

test('INV-7.7 a table is exported as its viewer sees it, with the age of each row', async () => {
  const { page } = await openPage(browser);
  await signInAt(page, `${server.url()}/network/facilities?care=hospice&region=south`, 'nurse');
  await page.getByText('Birch Hospital').waitFor();
  const csv = await exported(page, 'CSV');
  expect(csv.name).toMatch(/^carewall-facilities-\d{8}T\d{6}Z\.csv$/);
  const lines = csv.text.split('\r\n');
  expect(csv.text.startsWith('\ufeffTable,Facilities,')).toBe(true);
  expect(lines.filter((line) => line.includes('Hospital')).map((line) => line.split(',')[1])).toEqual(
    ['Birch', 'Dogwood', 'Fir', 'Juniper'].map((town) => `${town} Hospital`),
  );
  await page.goto(`${server.url()}/units/ds/beds?show=free`);
  await page.locator('.bed').first().waitFor();
  const shown = await page.locator('.bed .bed-name').allTextContents();
  const json = await exported(page, 'JSON');
  const file = z
    .object({
      about: z.object({ filter: z.string(), views: z.array(z.string()), rows: z.number() }),
      rows: z.array(
        z.object({
          bed: z.string(),
          asOf: z.string(),
          ageSeconds: z.int().min(0),
          freshness: z.enum(['fresh', 'ageing', 'stale', 'unknown']),
        }),
      ),
    })
    .parse(JSON.parse(json.text));
  expect(file.rows.map(({ bed }) => bed)).toEqual(shown);
  expect(file.about.filter).toContain('Free');
  expect(json.name).toMatch(/^carewall-beds-\d{8}T\d{6}Z\.json$/);
  await page.context().close();
});
