import type { Browser, Page } from 'playwright-core';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sign } from '#realtime/ingest/payments/signature.ts';
import { signIn } from '#realtime/testing/contract-client.ts';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';
import { violations } from './looks.ts';

const secret = 'a secret that this test knows';
let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer('uws'), launchBrowser()]);
  await send('admin', 'payment.configure-gateway', { gateway: 'known', name: 'Known Pay', secret });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

async function send(role: string, type: string, data: object): Promise<void> {
  const response = await fetch(`${server.url()}/api/v1/commands`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await signIn(server.url(), role)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ id: uuidv7(), type, data }),
  });
  expect(response.status, await response.text()).toBe(200);
}

const begin = (payment: string, description: string) =>
  send('receptionist', 'payment.initiate', {
    payment,
    amount: 12_550,
    currency: 'USD',
    description,
    payer: 'demo-patient',
  });

/** Tells something of a payment, as its gateway. */
async function tell(payment: string, event: object): Promise<void> {
  const body = JSON.stringify({
    payment,
    event: { id: `ev_${uuidv7()}`, at: '2026-03-01T08:00:00.000Z', ...event },
  });
  const response = await fetch(`${server.url()}/api/v1/webhooks/payments/demo.known`, {
    method: 'POST',
    headers: { 'Carewall-Signature': sign(secret, Buffer.from(body), Date.now()) },
    body,
  });
  expect(response.status).toBe(200);
}
const money = { amount: 12_550, currency: 'USD' };

const row = (page: Page, payment: string) => page.getByTestId(`payment-${payment}`);

test('INV-12.5 a payment goes from asked for to given back, each step shown when the gateway has said so', async () => {
  const { page, faults } = await openPage(browser);
  await begin('walk', 'Physiotherapy');
  await signInAt(page, `${server.url()}/payments`, 'accountant');
  await row(page, 'walk').getByText('Begun', { exact: true }).waitFor();
  await row(page, 'walk').getByText('Payment asked for').waitFor();
  await row(page, 'walk').getByText('USD').waitFor();
  await tell('walk', { kind: 'authorized', ...money });
  await row(page, 'walk').getByText('Authorised').waitFor();

  await page.getByRole('link', { name: 'Physiotherapy' }).click();
  const panel = page.getByRole('dialog');
  await panel.getByRole('button', { name: 'Take the money' }).click();
  await panel.getByRole('button', { name: 'Ask the gateway' }).click();
  await panel.getByText('Capture asked for').waitFor();
  expect(await panel.locator('.pay-status').textContent()).toContain('Authorised');
  await tell('walk', { kind: 'captured', ...money });
  await panel.locator('.pay-status', { hasText: 'Taken' }).waitFor();
  await panel.getByText('Capture asked for').waitFor({ state: 'detached' });
  await panel.getByText('Platform commission').first().waitFor();

  await panel.getByRole('button', { name: 'Give money back' }).click();
  const amount = panel.getByRole('textbox');
  expect(await amount.inputValue()).toBe('125.50');
  await amount.fill('1,250.00');
  await panel.getByRole('button', { name: 'Ask the gateway' }).click();
  await panel.getByText(/without signs for thousands/).waitFor();
  expect(await amount.inputValue()).toBe('1,250.00');
  await amount.fill('200');
  await panel.getByRole('button', { name: 'Ask the gateway' }).click();
  await panel.getByText(/is left to give back/).waitFor();
  await amount.fill('25.50');
  await panel.getByRole('button', { name: 'Ask the gateway' }).click();
  await panel.getByText(/Refund of USD\s25\.50 asked for/).waitFor();
  const refund = await server.database
    .owner`select request from carewall.payment_outbox where what = 'refund'`;
  const id = z.object({ request: z.string() }).parse(refund[0]).request;
  await tell('walk', { kind: 'refunded', refund: id, amount: 2550, currency: 'USD' });
  await panel.locator('.pay-status', { hasText: 'Partly refunded' }).waitFor();
  await page.keyboard.press('Escape');
  await row(page, 'walk')
    .getByText(/USD\s25\.50 given back/)
    .waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

test('a refusal is explained, and what was written is kept', async () => {
  const { page } = await openPage(browser);
  await begin('race', 'Dressing');
  await tell('race', { kind: 'captured', ...money });
  await signInAt(page, `${server.url()}/payments?payment=race`, 'accountant');
  const panel = page.getByRole('dialog');
  await panel.getByRole('button', { name: 'Give money back' }).click();
  const amount = panel.getByRole('textbox');
  await amount.fill('100.10');
  await send('admin', 'payment.refund', { payment: 'race', refund: 'race-other', amount: 12_000 });
  await panel.getByText(/Refund of .* asked for/).waitFor();
  await panel.getByText(/has changed since you looked/).waitFor();
  expect(await amount.inputValue()).toBe('100.10');
  expect(await panel.getByRole('button', { name: 'Ask the gateway' }).isDisabled()).toBe(true);
  await page.context().close();
});

test('what is in one state is shown alone, and totals count by state and currency', async () => {
  const { page } = await openPage(browser);
  await begin('one', 'Blood count');
  await begin('two', 'Vaccination');
  await tell('two', { kind: 'failed', reason: 'card_declined' });
  await signInAt(page, `${server.url()}/payments`, 'accountant');
  await row(page, 'two').getByText('Failed').waitFor();
  await page
    .getByTestId('total-failed')
    .getByText(/USD\s125\.50/)
    .waitFor();
  await page.getByLabel('Show').selectOption('failed');
  await row(page, 'one').waitFor({ state: 'detached' });
  expect(await row(page, 'two').isVisible()).toBe(true);
  await page.getByLabel('Show').selectOption('disputed');
  await page.getByText('No payment in this state').waitFor();
  await page.context().close();
});

test('whoever may not see the payments is not offered them', async () => {
  const { page } = await openPage(browser);
  await signInAt(page, server.url(), 'nurse');
  await page.locator('a[href*="/units/ds/"]').first().waitFor();
  expect(await page.getByRole('link', { name: 'Payments' }).count()).toBe(0);
  await page.goto(`${server.url()}/payments`);
  await page.getByText(/no right to see the payments/).waitFor();
  await page.context().close();
});

const looks = [
  { viewport: { width: 1366, height: 768 }, colorScheme: 'light', locale: 'en-GB' },
  { viewport: { width: 360, height: 740 }, colorScheme: 'dark', locale: 'vi-VN' },
] as const;
describe.each(looks)('on $viewport.width px, $colorScheme, $locale', (options) => {
  test('axe-core finds nothing, and nothing overflows', async () => {
    await begin(
      `axe-${options.viewport.width}`,
      'Specialist consultation, with a long name that has to be wrapped',
    );
    await tell(`axe-${options.viewport.width}`, { kind: 'captured', ...money });
    const { page, faults } = await openPage(browser, options);
    const check = async (what: string): Promise<void> => {
      expect(await violations(page), what).toEqual([]);
      expect(await page.evaluate('document.querySelector("main").scrollWidth - innerWidth'), what).toBe(0);
    };
    await signInAt(page, `${server.url()}/payments`, 'accountant');
    await row(page, `axe-${options.viewport.width}`).waitFor();
    await check('payments');
    await row(page, `axe-${options.viewport.width}`).getByRole('link').click();
    const panel = page.getByRole('dialog');
    await panel.locator('.pay-ledger').waitFor();
    await check('one payment');
    await panel.locator('.pay-actions button').first().click();
    await panel.locator('form').waitFor();
    await check('giving money back');
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
