import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signIn } from '#realtime/testing/contract-client.ts';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';
import { picture, violations } from './looks.ts';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer('uws'), launchBrowser()]);
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test('an alert comes by itself, is made an incident of, and that is followed to its end', async () => {
  const { page, faults } = await openPage(browser);
  page.setDefaultTimeout(9_000);
  await signInAt(page, `${server.url()}/admin/security`, 'admin');
  await page.getByText('Nothing to look at').waitFor();
  for (let time = 0; time < 9; time += 1) {
    await signIn(server.url(), 'pharmacist', 'wrong').catch(() => undefined);
  }
  const alert = page.locator('.security-alert', { hasText: 'Failed sign-ins' });
  await alert.getByText(/times in 10 min/).waitFor();
  expect(await violations(page)).toEqual([]);
  await picture(page, 'security-desk');

  await alert.getByRole('button', { name: 'Report incident' }).click();
  const panel = page.getByRole('dialog');
  await panel.getByRole('button', { name: 'Report an incident' }).click();
  await panel.getByText('Say something here.').waitFor();
  await panel.getByLabel('What is known').fill('Somebody tries passwords of the pharmacist.');
  await panel.getByLabel('Severity').selectOption('high');
  expect(await violations(page)).toEqual([]);
  await picture(page, 'security-report');
  await panel.getByRole('button', { name: 'Report an incident' }).click();

  await panel.getByRole('button', { name: 'Look into it' }).click();
  await panel.getByText('Being looked into').waitFor();
  await panel.getByLabel('Add a note').fill('The pharmacist has a new password.');
  await panel.getByRole('button', { name: 'Add', exact: true }).click();
  await panel.locator('.security-notes').getByText('new password').waitFor();
  await panel.getByRole('button', { name: 'It is contained' }).click();
  await panel.getByLabel('What came out of it').fill('A forgotten tablet.');
  await picture(page, 'security-incident');
  await panel.getByRole('button', { name: 'Close the incident' }).click();
  await panel.locator('.security-state-closed').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');

  await alert.getByRole('button', { name: 'I have seen it' }).click();
  await page.getByText('Nothing to look at').waitFor();
  await picture(page, 'security-after');
  expect(faults).toEqual([]);
});

test('the audit is searched, by what the address says, and says how far it is sealed', async () => {
  const { page, faults } = await openPage(browser);
  page.setDefaultTimeout(9_000);
  await signInAt(page, `${server.url()}/admin/audit?action=incident`, 'admin');
  await page
    .getByText('incident.reported')
    .or(page.getByText('incident.report', { exact: true }))
    .first()
    .waitFor();
  await page.getByText(/Sealed to [1-9]/).waitFor();
  expect(await page.locator('tbody tr').count()).toBe(5);
  await page.getByLabel('Who (account id)').fill('demo-pharmacist');
  await page.getByLabel(/^What/).fill('session');
  await page.getByLabel('Outcome').selectOption('refused');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.waitForURL(/who=demo-pharmacist/);
  await page.locator('.audit-outcome-refused').first().waitFor();
  expect(await violations(page)).toEqual([]);
  await picture(page, 'audit-refused');
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByText('topic.read').first().waitFor();
  await picture(page, 'audit-desk');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /^Export/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('audit.fhir.json');
  await page.goto(`${server.url()}/admin/audit?who=nobody-of-that-name`);
  await page.getByText('Nothing like that').waitFor();
  expect(faults).toEqual([]);
});

test('whoever is no administrator is told so, and finds neither in the navigation', async () => {
  const { page } = await openPage(browser);
  await signInAt(page, `${server.url()}/admin/audit`, 'nurse');
  await page.getByText('The audit is for administrators').waitFor();
  await page.goto(`${server.url()}/admin/security`);
  await page.getByText('Security is for administrators').waitFor();
  expect(await page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
});

test.each([
  ['dark', 'en-GB'],
  ['light', 'vi-VN'],
] as const)('both are whole on a phone, %s, in %s', async (colorScheme, locale) => {
  const { page, faults } = await openPage(browser, {
    viewport: { width: 390, height: 844 },
    colorScheme,
    locale,
  });
  await signInAt(page, `${server.url()}/admin/security`, 'admin');
  await page.locator('.security-incident').first().waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= 390')).toBe(true);
  await picture(page, `security-phone-${colorScheme}`);
  await page.goto(`${server.url()}/admin/audit`);
  await page.locator('.audit-rows tbody tr').first().waitFor();
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= 390')).toBe(true);
  await picture(page, `audit-phone-${colorScheme}`);
  expect(faults).toEqual([]);
});
