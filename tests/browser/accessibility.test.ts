import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';
import { violations } from './looks.ts';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer('node'), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

const looks = [
  {
    name: 'desk, light, English',
    options: { viewport: { width: 1366, height: 768 }, colorScheme: 'light', locale: 'en-GB' },
  },
  {
    name: 'phone, dark, Vietnamese',
    options: { viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'vi-VN' },
  },
] as const;

/** What hangs on a wall, as it hangs there. */
test('axe-core finds nothing on a wall in the dark', { timeout: 60_000 }, async () => {
  const { page, faults } = await openPage(browser, {
    viewport: { width: 1920, height: 1080 },
    colorScheme: 'dark',
    locale: 'en-GB',
  });
  const url = server.url();
  await signInAt(page, `${url}/wall/rgh`, 'command_center');
  await page.getByTestId('tile-ds').waitFor();
  expect(await violations(page), 'a hospital’s wall').toEqual([]);
  await page.goto(`${url}/network`);
  await page.getByTestId('facility-rgh').waitFor();
  expect(await violations(page), 'the network’s wall').toEqual([]);
  expect(faults).toEqual([]);
  await page.context().close();
});

describe.each(looks)('axe-core on $name', ({ options }) => {
  test('finds nothing on any screen', { timeout: 120_000 }, async () => {
    const { page, faults } = await openPage(browser, options);
    const url = server.url();
    const check = async (what: string): Promise<void> => {
      expect(await violations(page), what).toEqual([]);
    };
    await page.goto(url);
    await page.locator('input[type=password]').waitFor();
    await check('sign-in');
    await page.locator('form button[type=submit]').click();
    await page.locator('[role=alert]').first().waitFor();
    await check('sign-in with faults');
    await signInAt(page, url, 'nurse');
    await page.locator('a[href*="/units/ds/"]').first().waitFor();
    await check('units');
    await page.keyboard.press('Control+k');
    await page.getByRole('option').first().waitFor();
    await check('palette');
    await page.keyboard.press('Escape');
    expect(await page.locator('html').getAttribute('lang')).toBe(options.locale.slice(0, 2));
    await page.goto(`${url}/wall`);
    await page.locator('a[href*="/wall/rgh"]').first().waitFor();
    await check('walls');
    await page.goto(`${url}/wall/rgh`);
    await page.getByTestId('tile-ds').waitFor();
    await check('wall');
    await page.goto(`${url}/units/ds/beds`);
    await page.getByTestId('bed-ds-01').waitFor();
    await check('bed board');
    await page.getByRole('link', { name: 'DS-01' }).click();
    await page.getByRole('dialog').waitFor();
    await check('one bed');
    await page.getByRole('dialog').locator('.actions button').first().click();
    await page.getByRole('dialog').locator('form').waitFor();
    await check('an action’s form');
    await page.goto(`${url}/payments`);
    await page.locator('h1').waitFor();
    await check('payments, which are not for a nurse');
    await page.goto(`${url}/sources`);
    await page.locator('h1').waitFor();
    await check('sources, which are not for a nurse');
    await page.goto(`${url}/departments`);
    await page.locator('a[href*="/departments/medicine"]').waitFor();
    await check('departments');
    await page.goto(`${url}/departments/medicine/day?date=2099-03-02`);
    await page.locator('.day-column').first().waitFor();
    await check('a department’s day');
    await page.goto(`${url}/departments/medicine/day?date=2099-03-02&book=06:00`);
    await page.getByRole('dialog').locator('.note-refused').waitFor();
    await check('a booking that cannot be');
    await page.goto(`${url}/me`);
    await page.locator('.state-empty').waitFor();
    await check('my bookings');
    await page.goto(`${url}/network`);
    await page.getByTestId('facility-rgh').waitFor();
    await check('network');
    await page.getByTestId('tile-behavioural').getByRole('button').click();
    await check('why a number of the network');
    await page.goto(`${url}/network/facilities?near=10.8,106.7`);
    await page.locator('.ft-row').first().waitFor();
    await check('the table of the network');
    await page.locator('.popover-button.export').click();
    await check('an export');
    await page.keyboard.press('Escape');
    await page.locator('.ft-row button').first().click();
    await page.getByRole('dialog').waitFor();
    await check('a facility of the table');
    await page.goto(`${url}/network/facilities?show=map`);
    await page.getByTestId('map-canvas').waitFor();
    await check('the map of the network');
    await page.goto(`${url}/facilities/crisis/update`);
    await page.getByTestId('update-psychiatric').waitFor();
    await check('counts of a facility, to look at');
    await page.goto(`${url}/messages`);
    await page.locator('.conversation').first().waitFor();
    await check('conversations');
    await page.locator('.conversation').last().click();
    await page.getByTestId('message-1').waitFor();
    await check('a conversation');
    await page.getByTestId('message-1').locator('.message-more').click();
    await check('what can be done with a message');
    await page.locator('.thread-head button').click();
    await page.getByRole('dialog').locator('.person').first().waitFor();
    await page.locator('.member-add').click();
    await page.getByRole('searchbox').waitFor();
    await check('the people of a conversation');
    await page.goto(`${url}/messages`);
    await page.locator('.conversations-head button').click();
    await page.getByRole('dialog').locator('.person').first().waitFor();
    await check('a new conversation');
    await page.goto(`${url}/messages/0e9d0000-0000-4000-8000-000000000000`);
    await page.locator('.state-forbidden').waitFor();
    await check('no such conversation');
    await page.goto(`${url}/units/nowhere/beds`);
    await page.locator('h1').waitFor();
    await check('no such unit');
    await page.goto(`${url}/nothing/at/all`);
    await page.locator('h1').waitFor();
    await check('no such page');
    const provider = await openPage(browser, options);
    await signInAt(provider.page, `${url}/facilities/crisis/update`, 'provider');
    await provider.page.getByTestId('update-psychiatric').waitFor();
    for (const summary of await provider.page.locator('summary').all()) await summary.click();
    await provider.page.getByTestId('update-psychiatric').getByRole('textbox').first().fill('none');
    expect(await violations(provider.page), 'counts of a facility, to change').toEqual([]);
    expect([...faults, ...provider.faults]).toEqual([]);
    await provider.page.context().close();
    await page.context().close();
  });
});
