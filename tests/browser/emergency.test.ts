import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';
import { picture, violations } from './looks.ts';

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer('uws'), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

const noSidewaysScroll = (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth');

describe('emergency access', () => {
  test('INV-20.2 INV-20.6 is asked for, seen on the unit’s board, lasts across the screen, is ended and reviewed', async () => {
    const { page: unit, faults: unitFaults } = await openPage(browser);
    await signInAt(unit, `${server.url()}/units/ds/beds`, 'nurse');
    await unit.getByText('No open alerts').waitFor();
    const { page: reviewer, faults: reviewerFaults } = await openPage(browser, { colorScheme: 'dark' });
    await signInAt(reviewer, `${server.url()}/admin/reviews`, 'admin');
    await reviewer.getByText('Nothing waits').waitFor();

    const { page, faults } = await openPage(browser, { viewport: { width: 390, height: 844 } });
    await signInAt(page, `${server.url()}/emergency`, 'pharmacist');
    await page.getByRole('radio', { name: /Day Surgery/ }).waitFor();
    await page.getByRole('button', { name: /See the patients/ }).click();
    for (const fault of ['Choose a unit.', 'Choose a reason.', 'Write ten characters at least.'])
      await page.getByText(fault).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await noSidewaysScroll(page)).toBe(true);
    await picture(page, 'emergency-phone-faults');
    await page.getByRole('searchbox', { name: 'Find a unit' }).fill('day surg');
    await page.getByRole('radio', { name: /4 West/ }).waitFor({ state: 'detached' });
    await page.getByRole('radio', { name: /Day Surgery/ }).check();
    await page.getByRole('radio', { name: 'Emergency treatment' }).check();
    await page
      .getByRole('textbox', { name: /In your own words/ })
      .fill('Called to a patient who has collapsed');
    await picture(page, 'emergency-phone');
    await page.getByRole('button', { name: 'See the patients of Day Surgery now' }).click();
    const banner = page.getByRole('complementary', { name: 'What you have now' });
    await banner.getByText(/Emergency access to Day Surgery until \d\d:\d\d/).waitFor();

    const alert = unit.locator('.alert', { hasText: 'Pharmacist' });
    await alert.getByText(/Emergency treatment, until \d\d:\d\d/).waitFor();
    await picture(unit, 'emergency-board');
    await picture(page, 'emergency-phone-given');
    await page.locator('.emergency-given').getByRole('link', { name: 'Open Day Surgery' }).click();
    await page.getByRole('heading', { name: 'Day Surgery' }).waitFor();
    await banner.waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'emergency-phone-board');

    const row = reviewer.locator('.review', { hasText: 'Pharmacist' });
    await row.getByText(/Lasts until/).waitFor();
    await row.getByRole('link').click();
    const panel = reviewer.getByRole('dialog');
    await panel.getByText('Called to a patient who has collapsed').waitFor();
    await panel.getByText('access.break-glass').waitFor();
    await panel.getByRole('button', { name: 'Withdraw now' }).waitFor();

    await banner.getByRole('button', { name: 'End now: emergency access to Day Surgery' }).click();
    await banner.waitFor({ state: 'detached' });
    await alert.getByText(/over since/).waitFor();
    await alert.getByRole('button', { name: /^Resolved/ }).click();
    await unit.getByText('No open alerts').waitFor();

    await panel.getByText(/given back/).waitFor();
    await panel.getByRole('button', { name: 'Decide' }).click();
    await panel.getByText('Choose a decision.').waitFor();
    await panel.getByRole('radio', { name: 'Justified', exact: true }).check();
    await panel.getByRole('textbox', { name: 'Why' }).fill('Spoke with the unit about it');
    expect(await violations(reviewer)).toEqual([]);
    await picture(reviewer, 'review-dark');
    await panel.getByRole('button', { name: 'Decide' }).click();
    await panel.getByText(/Justified: Admin/).waitFor();
    await panel.getByRole('textbox', { name: 'Why' }).fill('Nothing more to be done');
    await panel.getByRole('button', { name: 'Close the review' }).click();
    await panel.getByText('The review is closed.').waitFor();
    await reviewer.keyboard.press('Escape');
    await reviewer.getByText('Nothing waits').waitFor();
    await reviewer.getByRole('checkbox', { name: 'Closed ones too' }).check();
    await row.getByText('Closed').waitFor();
    await picture(reviewer, 'reviews-dark');
    await reviewer.setViewportSize({ width: 390, height: 844 });
    expect(await noSidewaysScroll(reviewer)).toBe(true);
    await picture(reviewer, 'reviews-phone-dark');
    expect([...faults, ...unitFaults, ...reviewerFaults]).toEqual([]);
  });

  test('INV-20.3 what it opened is gone from the screen when it is withdrawn', async () => {
    await server.database.owner`
      update carewall.grants set place = '4w' where account = 'demo-clinician' and role = 'clinician'`;
    await server.database
      .owner`insert into carewall.rights_log (org_id, principal) values ('demo', 'demo-clinician')`;
    const { page } = await openPage(browser);
    await signInAt(page, `${server.url()}/emergency`, 'clinician');
    await page.getByRole('radio', { name: /Intensive Care/ }).check();
    await page.getByRole('radio', { name: 'Asked for an opinion' }).check();
    await page.getByRole('textbox', { name: /In your own words/ }).fill('The unit asked for an opinion');
    await picture(page, 'emergency-desk');
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'See the patients of Intensive Care now' }).press('Enter');
    await page.locator('.emergency-given').getByRole('link').click();
    await page.locator('.bed').first().waitFor();
    const { page: reviewer } = await openPage(browser);
    await signInAt(reviewer, `${server.url()}/admin/reviews`, 'admin');
    await reviewer.locator('.review', { hasText: 'Clinician' }).getByRole('link').click();
    await picture(reviewer, 'review-desk');
    await reviewer.getByRole('dialog').getByRole('button', { name: 'Withdraw now' }).click();
    await page.locator('.bed').first().waitFor({ state: 'detached' });
    await picture(page, 'emergency-withdrawn');
    await page.locator('.emergency-banner').waitFor({ state: 'detached' });
  });

  test('is not offered to who treats nobody', async () => {
    const { page } = await openPage(browser);
    await signInAt(page, `${server.url()}/emergency`, 'logistics');
    await page.getByText('Emergency access is for people who treat patients.').waitFor();
    expect(await page.getByRole('link', { name: 'Emergency access' }).count()).toBe(0);
    await page.goto(`${server.url()}/admin/reviews`);
    await page.getByText('You have no right to review emergency access.').waitFor();
  });
});
