import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('from anywhere, a few letters and Enter lead to a page', async () => {
  const { page, faults } = await openPage(browser);
  await signInAt(page, server.url(), 'nurse');
  await page.locator('a[href*="/units/ds/"]').first().waitFor();
  await page.keyboard.press('Control+k');
  const typed = page.getByRole('dialog').getByRole('combobox');
  await typed.fill('day surg');
  await expect
    .poll(() => page.getByRole('option').first().textContent())
    .toBe('Day SurgeryRiverside General Hospital');
  await page.keyboard.press('Enter');
  await page.getByTestId('bed-ds-01').waitFor();
  expect(new URL(page.url()).pathname).toBe('/units/ds/beds');
  expect(await page.getByRole('dialog').count()).toBe(0);

  await page.getByRole('button', { name: 'Go to' }).click();
  await typed.fill('zzz');
  await page.getByText(/nothing of that name/i).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  expect(new URL(page.url()).pathname).toBe('/units/ds/beds');
  expect(faults).toEqual([]);
  await page.context().close();
});

test('on a phone the navigation is behind one button, and nothing is wider than the screen', async () => {
  const { page } = await openPage(browser, { viewport: { width: 360, height: 740 } });
  await signInAt(page, server.url(), 'nurse');
  await page.locator('a[href*="/units/ds/"]').first().waitFor();
  await page.getByRole('button', { name: /^menu/i }).click();
  await page.getByRole('link', { name: 'Walls' }).click();
  await page.locator('a[href*="/wall/rgh"]').first().waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  await page.context().close();
});
