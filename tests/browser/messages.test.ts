import type { Browser, Page } from 'playwright-core';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
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

async function send(role: string, type: string, data: object): Promise<void> {
  const token = await signIn(server.url(), role);
  const response = await fetch(`${server.url()}/api/v1/commands`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: uuidv7(), type, data }),
  });
  expect(response.status).toBe(200);
}

async function startGroup(title: string, members: readonly string[]): Promise<string> {
  const conversation = uuidv7();
  await send('nurse', 'conversation.start', { conversation, kind: 'group', title, members });
  return conversation;
}

async function openThread(role: string, conversation: string): Promise<{ page: Page; faults: string[] }> {
  const opened = await openPage(browser);
  await signInAt(opened.page, `${server.url()}/messages/${conversation}`, role);
  await writing(opened.page).waitFor();
  return opened;
}

const writing = (page: Page) => page.getByRole('textbox', { name: 'Write a message' });
const lastOwn = (page: Page) => page.locator('.message-own').last();

test('two write to each other: typing is seen, what is said arrives, and that it was read is seen', async () => {
  const conversation = await startGroup('Round', ['demo-clinician']);
  const [nurse, clinician] = await Promise.all([
    openThread('nurse', conversation),
    openThread('clinician', conversation),
  ]);
  await clinician.page.getByText('Here now: Nurse').waitFor();
  await writing(nurse.page).pressSequentially('Bed 4');
  await clinician.page.getByText('Writing now: Nurse').waitFor();
  await writing(nurse.page).press('Shift+Enter');
  await writing(nurse.page).pressSequentially('is ready');
  await writing(nurse.page).press('Enter');
  await clinician.page.getByTestId('message-1').getByText('Bed 4\nis ready').waitFor();
  await lastOwn(nurse.page).getByText('Read', { exact: true }).waitFor();
  expect(await writing(nurse.page).inputValue()).toBe('');
  expect([...nurse.faults, ...clinician.faults]).toEqual([]);
  await Promise.all([nurse.page.context().close(), clinician.page.context().close()]);
});

test('what has come to the list is delivered, and read only when it is opened; unread is counted', async () => {
  const conversation = await startGroup('Counting', ['demo-clinician']);
  const nurse = await openThread('nurse', conversation);
  await writing(nurse.page).fill('Are you there?');
  await writing(nurse.page).press('Enter');
  await lastOwn(nurse.page).getByText('Sent', { exact: true }).waitFor();
  const { page } = await openPage(browser);
  await signInAt(page, `${server.url()}/messages`, 'clinician');
  const row = page.getByTestId(`conversation-${conversation}`);
  await row.getByText('1 unread').waitFor({ state: 'attached' });
  await lastOwn(nurse.page).getByText('Delivered', { exact: true }).waitFor();
  await row.click();
  await lastOwn(nurse.page).getByText('Read', { exact: true }).waitFor();
  await row.getByText('1 unread').waitFor({ state: 'detached' });
  await Promise.all([nurse.page.context().close(), page.context().close()]);
});

test('an urgent message asks until it is acknowledged, and its author sees by whom', async () => {
  const conversation = await startGroup('Urgent', ['demo-clinician']);
  const [nurse, clinician] = await Promise.all([
    openThread('nurse', conversation),
    openThread('clinician', conversation),
  ]);
  await writing(nurse.page).fill('Oxygen has failed in 406');
  await nurse.page.getByRole('checkbox', { name: /urgent/i }).check();
  await nurse.page.getByRole('button', { name: 'Send' }).click();
  const acknowledge = clinician.page.getByRole('button', { name: /^acknowledge/i });
  await acknowledge.waitFor();
  await lastOwn(nurse.page).getByText('Waits for: Clinician').waitFor();
  await acknowledge.click();
  await acknowledge.waitFor({ state: 'detached' });
  await lastOwn(nurse.page).getByText('Acknowledged: Clinician').waitFor();
  await Promise.all([nurse.page.context().close(), clinician.page.context().close()]);
});

test('one’s own words are changed and taken back, and another’s are not offered for it', async () => {
  const conversation = await startGroup('Words', ['demo-clinician']);
  await send('clinician', 'message.send', { conversation, message: uuidv7(), text: 'Mine' });
  const { page } = await openThread('nurse', conversation);
  await writing(page).fill('Bed 4');
  await writing(page).press('Enter');
  const own = page.getByTestId('message-2');
  const choose = (message: typeof own) => message.getByRole('button', { name: /what can be done/i }).click();
  await choose(own);
  await own.getByRole('button', { name: 'Change' }).click();
  await writing(page).fill('Bed 5');
  await page.getByRole('button', { name: 'Save' }).click();
  await own.getByText('Bed 5').waitFor();
  await own.getByText(/^changed/).waitFor();
  await choose(page.getByTestId('message-1'));
  const offered = await page.getByTestId('message-1').locator('.message-actions button').allTextContents();
  expect(offered).toEqual(['Answer']);
  await choose(own);
  await own.getByRole('button', { name: 'Take back' }).click();
  await own.getByText('This message was taken back.').waitFor();
  await page.context().close();
});

test('whoever is taken out sees it at once, and keeps what they were writing', async () => {
  const conversation = await startGroup('Leaving', ['demo-lab']);
  const { page, faults } = await openThread('lab', conversation);
  await writing(page).fill('The result is');
  await send('nurse', 'conversation.remove-member', { conversation, member: 'demo-lab' });
  await page.getByText('You are not in this conversation').first().waitFor();
  expect(await page.getByLabel('What you wrote').inputValue()).toBe('The result is');
  await page.getByTestId(`conversation-${conversation}`).waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
  await page.context().close();
});

test('what is sent without contact is not shown as sent, and is sent when there is contact', {
  timeout: 90_000,
}, async () => {
  const conversation = await startGroup('Contact', ['demo-clinician']);
  const { page } = await openThread('nurse', conversation);
  server.process().kill('SIGKILL');
  await page.getByText(/no contact with the server since/i).waitFor({ timeout: 10_000 });
  await writing(page).fill('Can you hear me?');
  await writing(page).press('Enter');
  await page
    .getByTestId('unsent')
    .getByText(/not sent yet: no contact/i)
    .waitFor();
  await server.restart();
  await page.getByTestId('message-1').getByText('Can you hear me?').waitFor({ timeout: 20_000 });
  expect(await page.getByTestId('unsent').count()).toBe(0);
  await lastOwn(page).getByText('Sent', { exact: true }).waitFor();
  await page.context().close();
});

test('a conversation is begun from the directory, and begun again is the same', async () => {
  const { page, faults } = await openPage(browser);
  await signInAt(page, `${server.url()}/messages`, 'pharmacist');
  const begin = async () => {
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.getByRole('searchbox').fill('diet');
    await page.getByRole('checkbox', { name: /dietician/i }).check();
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('heading', { level: 1, name: 'Dietician' }).waitFor();
    return page.url();
  };
  const first = await begin();
  await page.getByRole('link', { name: 'Messages' }).click();
  expect(await begin()).toBe(first);
  expect(faults).toEqual([]);
  await page.context().close();
});

test('who has nobody to write to is offered nothing', async () => {
  const { page } = await openPage(browser);
  await signInAt(page, `${server.url()}/`, 'patient');
  // A patient begins with what is theirs.
  await page.getByRole('link', { name: 'Mine' }).waitFor();
  expect(await page.getByRole('link', { name: 'Messages' }).count()).toBe(0);
  await page.goto(`${server.url()}/messages`);
  await page.getByText(/messages are for the people of the directory/i).waitFor();
  expect(await page.getByRole('button', { name: 'New conversation' }).count()).toBe(0);
  await page.context().close();
});
