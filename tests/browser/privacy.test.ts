import { readFile } from 'node:fs/promises';
import { strFromU8, unzipSync } from 'fflate';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';
import { violations } from './looks.ts';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer('uws'), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

test('somebody agrees, asks for their data and takes it; an officer sees it come, and decides about an erasure', async () => {
  const { page, faults } = await openPage(browser);
  await signInAt(page, `${server.url()}/me/privacy`, 'nurse');
  const research = page.locator('.privacy-item', { hasText: 'approved research' });
  await research.getByRole('button', { name: 'I agree' }).click();
  await research.getByText('to text 2').waitFor();
  await page.getByRole('button', { name: 'Ask for my data' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const files = unzipSync(new Uint8Array(await readFile(await (await download).path())));
  expect(strFromU8(files['accounts.json'] ?? new Uint8Array())).toContain('nurse@demo.carewall.example');
  await page.getByRole('button', { name: 'Ask to be erased' }).click();
  await page.getByText('Waits for a decision').waitFor();
  expect(await violations(page)).toEqual([]);

  const officer = await openPage(browser);
  await signInAt(officer.page, `${server.url()}/admin/privacy`, 'admin');
  const asked = officer.page.locator('.privacy-item', { hasText: 'Waits for a decision' });
  await asked.getByText('Erasure').waitFor();
  expect(await violations(officer.page)).toEqual([]);
  await asked.getByRole('button', { name: 'Refuse' }).click();
  // Live, on the screen of whoever asked.
  await page.getByText('the records must be kept by law').waitFor();
  await officer.page.getByText('2190 days').waitFor();
  expect([...faults, ...officer.faults]).toEqual([]);
}, 60_000);

test('who is no officer is told so', async () => {
  const { page } = await openPage(browser);
  await signInAt(page, `${server.url()}/admin/privacy`, 'nurse');
  await page.getByText('for administrators of an organisation').waitFor();
}, 60_000);
