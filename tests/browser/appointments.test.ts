import type { Browser, Page } from 'playwright-core';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoFacility } from '#db/demo/demo-network.ts';
import { momentOf, nextDay } from '#domain/appointments/hours.ts';
import { instantOf } from '#domain/instant.ts';
import { localInZone } from '#domain/zone.ts';
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

/** A day that the demo has left empty, far enough ahead to be whole. */
const zone = demoFacility.timezone;
const today = localInZone(Date.now(), zone).slice(0, 10);
const day = nextDay(nextDay(nextDay(today)));
const at = (minutes: number) => instantOf(momentOf(day, minutes, zone));
const board = (search = '') => `${server.url()}/departments/medicine/day?date=${day}${search}`;

async function send(type: string, data: object): Promise<void> {
  const token = await signIn(server.url(), 'nurse');
  const response = await fetch(`${server.url()}/api/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: uuidv7(), type, data }),
  });
  expect(response.status).toBe(200);
}

const booking = (id: string, from: number, family: string) => ({
  department: 'medicine',
  appointment: id,
  practitioner: 'lan-pham',
  room: 'medicine-1',
  start: at(from),
  end: at(from + 30),
  service: 'follow-up',
  patient: { family },
});
const block = (page: Page, id: string) => page.getByTestId(`appointment-${id}`);

test('booked by a click into a free time, and shown to another at once, without the name to whom it is not for', async () => {
  const [desk, wall] = await Promise.all([openPage(browser), openPage(browser)]);
  await Promise.all([
    signInAt(desk.page, board(), 'receptionist'),
    signInAt(wall.page, board(), 'command_center'),
  ]);
  await wall.page.getByRole('heading', { name: 'Dr Lan Phạm' }).waitFor();
  await desk.page.getByRole('link', { name: /book 09:00 with dr lan/i }).click();
  const form = desk.page.getByRole('dialog');
  await form.getByRole('textbox', { name: /^family/i }).fill('Secretfamily');
  await form.getByRole('button', { name: /^book$/i }).click();
  await form.waitFor({ state: 'detached' });
  await desk.page.locator('.day-block', { hasText: 'Secretfamily' }).waitFor();
  await wall.page.locator('.day-block', { hasText: 'Taken' }).waitFor();
  expect(await wall.page.content()).not.toMatch(/secret/i);
  expect(await wall.page.getByRole('button', { name: /^book$/i }).count()).toBe(0);
  expect([...desk.faults, ...wall.faults]).toEqual([]);
  await Promise.all([desk.page.context().close(), wall.page.context().close()]);
});

test('a time that was taken meanwhile is explained, another is one press away, and what was written is kept', async () => {
  const { page, faults } = await openPage(browser);
  await signInAt(page, board('&book=13:00&who=lan-pham'), 'receptionist');
  const form = page.getByRole('dialog');
  await form.getByRole('textbox', { name: /^family/i }).fill('Đặng');
  // The other's booking is on its way to this screen; whichever is first, somebody says that the time is taken.
  await send('appointment.book', booking('other-1', 13 * 60, 'Other'));
  await form.getByRole('button', { name: /^book$/i }).click();
  await form.getByRole('heading', { name: /^not done/i }).waitFor();
  expect(await form.getByRole('textbox', { name: /^family/i }).inputValue()).toBe('Đặng');
  await form.getByRole('button', { name: /13:30/ }).click();
  await form.waitFor({ state: 'detached' });
  await page.locator('.day-block', { hasText: 'Đặng' }).getByText('13:30').waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

test('moved and cancelled with the keyboard alone; a change by another is said while the form is open', async () => {
  await send('appointment.book', booking('mine', 15 * 60, 'Vũ'));
  const { page, faults } = await openPage(browser);
  await signInAt(page, board('&open=mine'), 'receptionist');
  const panel = page.getByRole('dialog');
  await panel.getByRole('button', { name: /^move$/i }).focus();
  await page.keyboard.press('Enter');
  await panel.locator('input[type=time]').fill('16:00');
  await page.keyboard.press('Enter');
  await panel.getByText(/^done: move$/i).waitFor();
  await block(page, 'mine').getByText('16:00').waitFor();
  await panel.getByRole('button', { name: /^cancel the/i }).focus();
  await page.keyboard.press('Enter');
  await panel.getByRole('textbox', { name: /note/i }).fill('Called from home');
  await send('appointment.arrive', { appointment: 'mine' });
  await panel.getByText(/it is now: arrived/i).waitFor();
  expect(await panel.getByRole('textbox', { name: /note/i }).inputValue()).toBe('Called from home');
  await panel
    .locator('form')
    .getByRole('button', { name: /^cancel the/i })
    .focus();
  await page.keyboard.press('Enter');
  await block(page, 'mine')
    .getByText(/cancelled/i)
    .waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});

test('a patient sees their own booking change, and no department', async () => {
  const { page, faults } = await openPage(browser, { viewport: { width: 360, height: 740 } });
  await signInAt(page, `${server.url()}/me`, 'patient');
  await send('appointment.book', { ...booking('theirs', 17 * 60, 'Nguyễn'), account: 'demo-patient' });
  const item = page.getByTestId('booking-theirs');
  await item.getByText('Booked').waitFor();
  await send('appointment.cancel', { appointment: 'theirs', reason: 'prov' });
  await item.getByText('Cancelled').waitFor();
  expect(await page.getByRole('link', { name: /^appointments$/i }).count()).toBe(0);
  await page.goto(`${server.url()}/departments/medicine/day`);
  await page.getByText(/no right to see its appointments/i).waitFor();
  expect(faults).toEqual([]);
  await page.context().close();
});
