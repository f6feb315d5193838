import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startIssuer, type TestIssuer } from '#realtime/session/testing/issuer.ts';
import { freePort } from '#realtime/testing/server-process.ts';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { launchBrowser, openPage } from './browser.ts';

let server: TestServer;
let issuer: TestIssuer;
let browser: Browser;
let origin: string;
beforeAll(async () => {
  const at = await freePort();
  server = await startTestServer('uws', {
    OIDC_ISSUER: `http://localhost:${at}`,
    OIDC_CLIENT_ID: 'carewall',
    OIDC_CLIENT_SECRET: 'a secret of the test, long enough',
    OIDC_ORG: 'demo',
    OIDC_NAME: 'Riverside staff',
  });
  origin = `http://localhost:${new URL(server.url()).port}`;
  issuer = await startIssuer([`${origin}/api/v1/session/oidc/callback`], at);
  issuer.accounts.set('nurse', { sub: 'nurse', email: 'nurse@demo.carewall.example', emailVerified: true });
  issuer.accounts.set('stranger', {
    sub: 'stranger',
    email: 'stranger@elsewhere.example',
    emailVerified: true,
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([server?.close(), issuer?.close()]);
});

test('a person signs in by way of their organisation, and is where they wanted to be', async () => {
  const { page, faults } = await openPage(browser);
  await page.goto(`${origin}/units/4w/beds`);
  await page.getByRole('link', { name: 'Sign in with Riverside staff' }).click();
  await page.getByLabel('Subject').fill('nurse');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(`${origin}/units/4w/beds`);
  await page.getByRole('heading', { name: '4 West' }).first().waitFor();
  expect(faults).toEqual([]);
  // The session outlives a reload, and is out of reach of scripts.
  await page.reload();
  await page.getByRole('heading', { name: '4 West' }).first().waitFor();
  expect(await page.evaluate('document.cookie')).toBe('');
  const cookies = await page.context().cookies();
  expect(cookies.filter(({ name }) => name === 'carewall_journey')).toEqual([]);
});

test('who has no account here comes back to a page that says so', async () => {
  const { page } = await openPage(browser, { viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  await page.goto(origin);
  await page.getByRole('link', { name: 'Sign in with Riverside staff' }).click();
  await page.getByLabel('Subject').fill('stranger');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('did not let you in here').waitFor();
  await page.screenshot({ path: process.env.SCREENSHOT ?? '/dev/null', type: 'png' });
});
