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

  const desk = await openPage(browser);
  await signInAt(desk.page, `${server.url()}/admin/privacy`, 'receptionist');
  const form = desk.page.locator('form', { hasText: 'Consent of a patient without an account' });
  await form.getByLabel('To what').selectOption('Teaching');
  await form.getByLabel('Facility or system').fill('RGH');
  await form.getByLabel('Number', { exact: true }).fill('EXAMPLE-77');
  expect(await violations(desk.page)).toEqual([]);
  await form.getByRole('button', { name: 'Write down' }).click();
  await desk.page.locator('.notice', { hasText: 'Their consent is written down.' }).waitFor();
  await form.getByLabel('What they say').selectOption('I agree no longer');
  await form.getByLabel('Number', { exact: true }).fill('EXAMPLE-78');
  await form.getByRole('button', { name: 'Write down' }).click();
  await desk.page.getByText('There is no consent of theirs to this').waitFor();
  const consent = officer.page.locator('.privacy-item', { hasText: 'Teaching · A patient' });
  await consent.getByText('Given').waitFor();

  await officer.page.getByRole('button', { name: 'Export: Records of processing' }).click();
  const taken = officer.page.waitForEvent('download');
  await officer.page.getByRole('button', { name: 'CSV' }).click();
  const csv = await readFile(await (await taken).path(), 'utf8');
  expect(csv).toMatch(/^accounts,.*Accounts and sign-in,6\(1\)\(b\); 6\(1\)\(c\),.*Known devices: 180 days/m);
  await officer.page.getByText('8 rows were exported').first().waitFor();
  const exports = () => server.database.owner`
    select details ->> 'topic' as topic from carewall.audit where action = 'export.file'`;
  await expect.poll(exports).toEqual([{ topic: 'org/demo/privacy' }]);
  expect(await violations(officer.page)).toEqual([]);
  expect([...faults, ...officer.faults, ...desk.faults]).toEqual([]);
}, 60_000);

test('who is no officer is told so', async () => {
  const { page } = await openPage(browser);
  await signInAt(page, `${server.url()}/admin/privacy`, 'nurse');
  await page.getByText('for administrators of an organisation').waitFor();
}, 60_000);
