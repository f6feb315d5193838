import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestTier, type TestTier } from '#realtime/testing/test-tier.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';
import { picture, violations } from './looks.ts';

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

const codeOn = async (display: Page): Promise<string> => {
  const text = await display.locator('.pairing-letters').innerText();
  return /[A-Z]{4}-[A-Z]{4}/.exec(text)?.[0] ?? '';
};

describe('a display and a phone, on three nodes', () => {
  let display: Page;
  let context: BrowserContext;
  let phone: Page;
  let faults: string[];

  test('shows a code and its QR code to whoever comes, and asks for no password', async () => {
    ({ page: display, faults } = await openPage(browser, { viewport: { width: 1920, height: 1080 } }));
    context = display.context();
    await display.goto(`${urlOf(0)}/pair`);
    await display.locator('.pairing-qr').waitFor();
    expect(await codeOn(display)).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
    await expect.poll(() => display.locator('.pairing-left').innerText()).toMatch(/(9:[0-5]\d|10:00)/);
    expect(await display.locator('input[type=password]').count()).toBe(0);
    expect(await violations(display)).toEqual([]);
    await picture(display, 'pair');
  });

  test('a code that no display shows is refused in words', async () => {
    ({ page: phone } = await openPage(browser, { viewport: { width: 390, height: 844 } }));
    await signInAt(phone, `${urlOf(1)}/admin/walls`, 'it_support');
    await phone.getByRole('button', { name: 'Approve', exact: true }).click();
    await phone.getByText('Type the eight letters').waitFor();
    await phone.getByLabel('Code on the display').fill('bbbb bbbb');
    await phone.getByLabel('Name on the glass').fill('Corridor');
    await phone.getByRole('combobox', { name: 'Board' }).selectOption({ label: '4 West' });
    await phone.getByRole('button', { name: 'Approve', exact: true }).click();
    await phone.getByText('No display shows this code').waitFor();
    expect(await violations(phone)).toEqual([]);
  });

  test('approved on one node, begun on another, shows its board with its name and nothing else', async () => {
    // As the phone's camera opens it; another document, because only the fragment differs.
    await phone.goto('about:blank');
    await phone.goto(`${urlOf(1)}/admin/walls#${await codeOn(display)}`);
    await expect.poll(() => phone.getByLabel('Code on the display').inputValue()).toBe(await codeOn(display));
    await phone.getByLabel('Name on the glass').fill('Entrance hall');
    await phone
      .getByRole('combobox', { name: 'Board' })
      .selectOption({ label: 'Riverside General Hospital' });
    await phone.getByText('without patient names').last().waitFor();
    await picture(phone, 'approve-phone');
    await phone.getByRole('button', { name: 'Approve', exact: true }).click();
    await phone.locator('.notice', { hasText: 'Entrance hall is approved' }).waitFor();
    expect(new URL(phone.url()).hash).toBe('');
    await display.locator('.tile').first().waitFor();
    expect(new URL(display.url()).pathname).toBe('/wall/rgh');
    expect(await display.locator('.glass-name').innerText()).toContain('Entrance hall');
    expect(await display.getByRole('navigation').count()).toBe(0);
    expect(await display.getByRole('button', { name: /sign out|menu/i }).count()).toBe(0);
    expect(await display.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await violations(display)).toEqual([]);
    await display.locator('[data-testid=total-free]').waitFor();
    await picture(display, 'wall');
    await picture(phone, 'displays-phone');
  });

  test('stays on its board, whatever address it is opened at', async () => {
    for (const path of ['/', '/messages', '/units/4w/beds', '/admin/walls', '/pair']) {
      await display.goto(`${urlOf(0)}${path}`);
      await display.locator('.tile').first().waitFor();
      expect(new URL(display.url()).pathname, path).toBe('/wall/rgh');
    }
  });

  test('INV-16.4 comes back by itself after its node was killed, and after its own power was gone', async () => {
    tier.nodes[0]?.kill('SIGKILL');
    await display.locator('.contact-banner').waitFor({ timeout: 10_000 });
    await tier.restart(0);
    await display.locator('.contact-banner').waitFor({ state: 'detached', timeout: 20_000 });
    await display.locator('.tile').first().waitFor();
    // What a browser keeps on its disk, and nothing of what it had in memory.
    const kept = await context.storageState();
    await context.close();
    context = await browser.newContext({
      viewport: { width: 1920, height: 1080 },
      locale: 'en-GB',
      storageState: kept,
    });
    display = await context.newPage();
    await display.goto(`${urlOf(0)}/`);
    await display.locator('.tile').first().waitFor();
    expect(await display.locator('.glass-name').innerText()).toContain('Entrance hall');
  });

  test('is seen as connected by whoever looks after displays', async () => {
    await phone.getByText(/^Connected/).waitFor({ timeout: 25_000 });
    await picture(phone, 'connected-phone');
  });

  test('revoked from the phone is empty at once, and says why it asks to be paired', async () => {
    await phone.getByRole('button', { name: 'Revoke Entrance hall' }).click();
    await picture(phone, 'revoke-phone');
    const empty = display.locator('.tile').first().waitFor({ state: 'detached', timeout: 10_000 });
    await phone.getByRole('button', { name: 'Revoke it' }).click();
    const began = Date.now();
    await empty;
    const took = Date.now() - began;
    // The second that is promised is held where nothing but the server is in it: realtime/revocation-frames.test.ts.
    console.log(`a revoked wall was empty ${took} ms after the click`);
    await display.getByText('no longer connected').waitFor();
    await display.locator('.pairing-qr').waitFor();
    expect(new URL(display.url()).pathname).toBe('/pair');
    await phone.getByText('No displays yet').waitFor();
    await picture(display, 'revoked');
    expect(faults).toEqual([]);
  });

  test.each([
    ['4 West', '/units/4w/beds', '.glass-bed'],
    ['Riverside Health', '/network', '.net-facility'],
  ])('%s as a board is %s', async (label, path, shown) => {
    const { page } = await openPage(browser, {
      viewport: { width: 1920, height: 1080 },
      colorScheme: 'dark',
    });
    await page.goto(`${urlOf(2)}/pair`);
    await page.locator('.pairing-letters').waitFor();
    await picture(page, 'pair-dark');
    await phone.getByLabel('Code on the display').fill(await codeOn(page));
    await phone.getByLabel('Name on the glass').fill(`Glass of ${label}`);
    await phone.getByRole('combobox', { name: 'Board' }).selectOption({ label });
    await phone.getByRole('button', { name: 'Approve', exact: true }).click();
    await page.locator(shown).first().waitFor();
    expect(new URL(page.url()).pathname).toBe(path);
    expect(await page.locator('.glass-name').innerText()).toContain(`Glass of ${label}`);
    const fits = 'document.documentElement.scrollHeight <= innerHeight';
    await expect.poll(() => page.evaluate(fits)).toBe(true);
    expect(await violations(page)).toEqual([]);
    await picture(page, `wall-${label.replaceAll(' ', '-')}`);
    await page.context().close();
  });
});
