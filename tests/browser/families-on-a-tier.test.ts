import type { Browser, Page } from 'playwright-core';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoFacility } from '#db/demo/demo-network.ts';
import { nextDay } from '#domain/appointments/hours.ts';
import { localInZone } from '#domain/zone.ts';
import { signIn } from '#realtime/testing/contract-client.ts';
import { startTestTier, type TestTier } from '#realtime/testing/test-tier.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';

let tier: TestTier;
let browser: Browser;
beforeAll(async () => {
  [tier, browser] = await Promise.all([startTestTier('uws', 3), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await tier.close();
});

const urlOf = (index: number): string => {
  const node = tier.nodes[index];
  if (node === undefined) throw new Error(`no node ${index}`);
  return node.url;
};

/** Two people, each on a node of their own, at one address. */
async function two(
  path: string,
  roles: readonly [string, string],
): Promise<[Page, Page, () => Promise<void>]> {
  const opened = await Promise.all(
    roles.map(async (role, index) => {
      const one = await openPage(browser);
      await signInAt(one.page, urlOf(index) + path, role);
      return one;
    }),
  );
  const [here, there] = opened;
  if (here === undefined || there === undefined) throw new Error('no pages');
  const close = async (): Promise<void> => {
    expect(opened.flatMap(({ faults }) => faults)).toEqual([]);
    await Promise.all(opened.map(({ page }) => page.context().close()));
  };
  return [here.page, there.page, close];
}

test('appointments: booked at one node, on the day board of another', async () => {
  const today = localInZone(Date.now(), demoFacility.timezone).slice(0, 10);
  const day = nextDay(nextDay(nextDay(today)));
  const [desk, other, close] = await two(`/departments/medicine/day?date=${day}`, ['receptionist', 'nurse']);
  await other.getByRole('heading', { name: 'Dr Lan Phạm' }).waitFor();
  await desk.getByRole('link', { name: /book 09:00 with dr lan/i }).click();
  const form = desk.getByRole('dialog');
  await form.getByRole('textbox', { name: /^family/i }).fill('Tiered');
  await form.getByRole('button', { name: /^book$/i }).click();
  await other.locator('.day-block', { hasText: 'Tiered' }).waitFor();
  await close();
});

test('messages: typing and words at one node are seen at another', async () => {
  const [nurse, clinician, close] = await two('/messages', ['nurse', 'clinician']);
  const huddle = { hasText: '4 West huddle' };
  await Promise.all([nurse, clinician].map((page) => page.locator('.conversation', huddle).click()));
  const composer = nurse.getByRole('textbox', { name: /write a message/i });
  await composer.pressSequentially('Bed 4 is');
  await clinician.getByText('Writing now: Nurse').waitFor();
  await composer.pressSequentially(' ready');
  await composer.press('Enter');
  await clinician.getByText('Bed 4 is ready').last().waitFor();
  await close();
});

test('payments: asked for at one node, on the list of another', async () => {
  const [here, there, close] = await two('/payments', ['accountant', 'admin']);
  await there.getByRole('heading', { name: 'Payments', exact: true, level: 1 }).waitFor();
  const token = await signIn(urlOf(2), 'accountant');
  const payment = uuidv7();
  const response = await fetch(`${urlOf(2)}/api/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      id: uuidv7(),
      type: 'payment.initiate',
      data: { payment, amount: 1_250, currency: 'USD', description: 'Follow-up' },
    }),
  });
  expect(response.status).toBe(200);
  for (const page of [here, there]) await page.getByTestId(`payment-${payment}`).waitFor();
  await close();
});

test('availability: one fewer at one node, on the network’s wall of another', async () => {
  const wall = await openPage(browser);
  const update = await openPage(browser, { viewport: { width: 360, height: 800 } });
  await Promise.all([
    signInAt(update.page, `${urlOf(0)}/facilities/crisis/update`, 'provider'),
    signInAt(wall.page, `${urlOf(1)}/network`, 'command_center'),
  ]);
  const count = wall.page
    .getByTestId('facility-crisis')
    .getByTestId('level-crisis-stabilisation')
    .locator('.net-level-count');
  await count.getByText('6', { exact: true }).waitFor();
  await update.page
    .getByTestId('update-crisis-stabilisation')
    .getByRole('button', { name: /one fewer/ })
    .click();
  await count.getByText('5', { exact: true }).waitFor();
  expect([...update.faults, ...wall.faults]).toEqual([]);
  await Promise.all([update.page.context().close(), wall.page.context().close()]);
});
