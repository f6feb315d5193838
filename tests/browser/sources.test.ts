import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectMllp, type MllpClient } from '#realtime/ingest/mllp/client.ts';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import { launchBrowser, openPage, signInAt } from './browser.ts';
import { exported } from './exported.ts';
import { violations } from './looks.ts';

let server: TestServer;
let browser: Browser;
let mllp: MllpClient;
beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer('uws'), launchBrowser()]);
  mllp = await connectMllp({ host: '127.0.0.1', port: server.process().mllpPort });
});
afterAll(async () => {
  await mllp.close();
  await browser.close();
  await server.close();
});

let sent = 0;
async function send(trigger: string, segments: (at: string) => string[]): Promise<string> {
  sent += 1;
  const at = `${new Date().toISOString().replace(/[-:T]/g, '').slice(0, 14)}+0000`;
  const head = [
    `MSH|^~\\&|DEMO|RGH|CAREWALL|RGH|${at}||ADT^${trigger}|B${sent}|P|2.5.1||||||UNICODE UTF-8`,
    `EVN|${trigger}|${at}||||${at}`,
  ];
  return mllp.send([...head, ...segments(at), ''].join('\r'));
}
const admit = (location: string) =>
  send('A01', () => [
    `PID|1||M${sent}^^^RGH^MR||Đặng^Bình||19480312|F`,
    `PV1|1|I|${location}^RGH${'|'.repeat(16)}V${sent}`,
  ]);
const status = (location: string) => send('A20', () => [`NPU|${location}^RGH|U`]);

describe('the quarantine', () => {
  test('INV-8.2 a message that names an unknown bed is shown, mended and replayed', async () => {
    const { page, faults } = await openPage(browser);
    await signInAt(page, `${server.url()}/sources`, 'it_support');
    await page.getByText('Nothing waits').waitFor();
    await admit('ZZ^901^1');
    const row = page.locator('.feeds-entry', { hasText: 'ZZ^901^1^RGH' });
    await row.getByText('PV1-3').waitFor();
    expect(await violations(page)).toEqual([]);
    const waiting = await exported(page, 'CSV', /^Export: Quarantine/);
    expect(waiting.text).toMatch(/ZZ\^901\^1\^RGH/);
    expect(waiting.text).not.toMatch(/Đặng|19480312/);
    expect((await exported(page, 'CSV', /^Export: Sources/)).text).toMatch(/DEMO/);
    await row.getByRole('link').click();
    const panel = page.getByRole('dialog');
    await panel.getByText('A01 · B1').waitFor();
    // Whoever looks after interfaces sees no patient.
    expect(await panel.getByRole('button', { name: /Open the message/ }).count()).toBe(0);
    expect(await panel.getByRole('button', { name: /Dismiss/ }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await panel.getByLabel('Unit').selectOption({ label: 'Day Surgery' });
    await panel.getByLabel('Bed').selectOption('ds-05');
    await panel.getByRole('button', { name: 'Save the meaning' }).click();
    await panel.getByText('Bed DS-05, Day Surgery').waitFor();
    await panel.getByRole('button', { name: 'Replay', exact: true }).click();
    await panel.getByText('no longer in quarantine').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Nothing waits').waitFor();
    await page.goto(`${server.url()}/units/ds/beds`);
    await page.getByTestId('bed-ds-05').getByText('Occupied').waitFor();
    expect(faults).toEqual([]);
  });

  test('an administrator opens the content after being told that it is logged, and dismisses it with a reason', async () => {
    const { page, faults } = await openPage(browser, {
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
    });
    await signInAt(page, `${server.url()}/sources`, 'admin');
    await admit('ZZ^902^1');
    await page.locator('.feeds-entry', { hasText: 'ZZ^902^1^RGH' }).getByRole('link').click();
    const panel = page.getByRole('dialog');
    await panel.getByRole('button', { name: /Open the message/ }).click();
    await panel.getByText('audit log').waitFor();
    expect(await panel.getByText('Đặng').count()).toBe(0);
    await panel.getByRole('button', { name: 'Open it' }).click();
    await panel.getByTestId('segments').getByText('Đặng^Bình').waitFor();
    await panel.getByText('Content seen').waitFor();
    expect(await violations(page)).toEqual([]);
    const wide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(wide)).toBe(0);
    await panel.getByRole('button', { name: /Dismiss…/ }).click();
    await panel.getByText('Not for us').click();
    await panel.getByRole('button', { name: 'Dismiss', exact: true }).click();
    await panel.getByText('no longer in quarantine').waitFor();
    expect(faults).toEqual([]);
  });

  test('is not there for a nurse', async () => {
    const { page } = await openPage(browser);
    await signInAt(page, `${server.url()}/sources`, 'nurse');
    await page.getByText('You have no right to see the sources').waitFor();
    expect(await page.getByRole('link', { name: 'Sources' }).count()).toBe(0);
  });
});

describe('INV-7.4 a source that falls silent', () => {
  /** Nobody waits an hour: the last contact is moved into the past, and the clock finds it so. */
  async function silentFor(minutes: number): Promise<void> {
    await server.database.owner`
      update carewall.feed_contacts set falls_silent_at = clock_timestamp() - interval '1 second',
        entity = entity || jsonb_build_object('at', to_char(
          (clock_timestamp() - make_interval(mins => ${minutes})) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
  }

  test('makes its unit age on the wall, the board and the network, and be unknown past twice its limit, until it speaks', {
    timeout: 60_000,
  }, async () => {
    const { page, faults } = await openPage(browser, { viewport: { width: 1920, height: 1080 } });
    await status('DS^1^1');
    await signInAt(page, `${server.url()}/wall/rgh`, 'nurse');
    const tile = page.getByTestId('tile-ds');
    await tile.waitFor();
    await expectClass(tile, 'tile-fresh');
    await silentFor(61);
    await expectClass(tile, 'tile-ageing');
    await tile.locator('.freshness', { hasText: '1 h' }).waitFor();
    // A unit of which it never spoke is kept by people, and does not age with it.
    await expectClass(page.getByTestId('tile-icu'), 'tile-fresh');

    await status('4E^421^1');
    await expectClass(tile, 'tile-fresh');

    await silentFor(130);
    await expectClass(tile, 'tile-stale');
    await page.locator('.wall-head .total-unknown', { hasText: /\d/ }).first().waitFor();
    await page.goto(`${server.url()}/units/ds/beds`);
    await page.locator('.board-stale').waitFor();
    await page.locator('.board-head .freshness', { hasText: '2 h' }).waitFor();
    await page.goto(`${server.url()}/network`);
    await page
      .getByTestId('facility-rgh')
      .getByTestId('live-beds')
      .getByText(/unknown/)
      .waitFor();
    await status('5S^501^1');
    await page
      .getByTestId('facility-rgh')
      .getByTestId('live-beds')
      .getByText(/unknown/)
      .waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });

  async function expectClass(tile: ReturnType<Page['getByTestId']>, name: string): Promise<void> {
    await expect.poll(() => tile.getAttribute('class'), { timeout: 20_000 }).toContain(name);
  }
});
