// Measures how smoothly the table and the map of a network the size of a country move in a browser, on an installation of its
// own: the time between frames while the wheel turns, without changes and with so many a second arriving.
//   node load-tests/table-frames.mjs [--facilities 7154] [--known 100] [--rate 100] [--seconds 10] [--screenshots FOLDER]
// Frame times are what requestAnimationFrame is called with; a frame is late when it comes more than half a frame after
// its 16.7 ms. What the page's own thread worked is processor time, which others on the machine cannot lengthen. Without a graphics card the browser draws with the processor, which it shares with the server and the database.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { makeCountry, planCountry } from './country/country-network.mjs';
import { openCountryWriter } from './country/country-writer.mjs';
import { withInstallation } from './measures/installation.mjs';
import { quantile } from './measures/statistics.mjs';

const { values } = parseArgs({
  options: {
    facilities: { type: 'string', default: '7154' },
    regions: { type: 'string', default: '56' },
    known: { type: 'string', default: '100' },
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '10' },
    screenshots: { type: 'string' },
  },
});
const [facilities, regions, known, rate, seconds] = [
  values.facilities,
  values.regions,
  values.known,
  values.rate,
  values.seconds,
].map(Number);

await withInstallation({ withinMs: 30 * 60_000 }, async ({ database, nodes: [{ url }], signIn }) => {
  const country = planCountry({ facilities, regions, known });
  await makeCountry({ url, token: await signIn('admin'), sql: database.sql, country });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1366, height: 768 } });
    page.on('pageerror', (error) => console.log(`FAULT: ${error.message}`));
    page.on('console', (said) => {
      if (said.type() === 'error') console.log(`FAULT: ${said.text().slice(0, 500)}`);
    });
    await page.goto(`${url}/network/facilities?sort=available&down=true`);
    await page.getByRole('textbox', { name: /email/i }).fill('admin@demo.carewall.example');
    await page.locator('input[type=password]').fill('demo-carewall');
    const began = performance.now();
    await page.keyboard.press('Enter');
    await page.locator('.ft-row').first().waitFor({ timeout: 120_000 });
    console.log(`from sign-in to the first rows ${((performance.now() - began) / 1000).toFixed(1)} s`);
    const requests = await page.evaluate(
      () =>
        performance
          .getEntriesByType('resource')
          .filter(({ name }) => name.includes('/api/v1/topics?') || name.endsWith('/topics')).length,
    );
    console.log(
      `${requests} requests for the list of topics; ${await page.locator('.ft-said p').first().textContent()}`,
    );
    await page.waitForFunction(
      (least) => Number(document.querySelector('.ft')?.getAttribute('aria-rowcount')) >= least,
      facilities,
      { timeout: 120_000 },
    );
    await shot(page, 'table-light');
    await frames(page, 'table', 'without changes', () => wheel(page, '.ft-scroll', 400));
    const busy = await writing({ url, signIn, country });
    await frames(page, 'table', `with ${rate} changes a second`, () => wheel(page, '.ft-scroll', 400));
    await held(page);
    await shot(page, 'table-held');
    await page.getByRole('link', { name: 'Map', exact: true }).click();
    await page.waitForFunction(() => Number(document.querySelector('canvas')?.dataset.clusters) > 1);
    await shot(page, 'map-light');
    await frames(page, 'map', `with ${rate} changes a second`, () => turns(page));
    await busy.stop();
    await frames(page, 'map', 'without changes', () => turns(page));
    await shot(page, 'map-close');
    await page.goto(`${url}/network`);
    await page
      .locator('.net-tile')
      .first()
      .waitFor({ timeout: 60_000 })
      .finally(() => shot(page, 'network-light'));
    if (values.screenshots !== undefined) await others(page, url);
  } finally {
    await browser.close();
  }
});

/** Changes at their pace until somebody stops them. */
async function writing({ url, signIn, country }) {
  const writer = await openCountryWriter({
    url,
    tokens: { attest: await signIn('admin'), beds: await signIn('nurse') },
    facilities: country.facilities,
    units: country.units,
    perSecond: rate,
    watcher: { next: () => Promise.resolve(performance.now()) },
  });
  let on = true;
  let made = 0;
  const done = (async () => {
    while (on) made += (await writer.during(2_000)).changes.length;
  })();
  const began = performance.now();
  return {
    async stop() {
      on = false;
      await done;
      console.log(`${made} changes, ${(made / ((performance.now() - began) / 1000)).toFixed(0)} a second`);
      writer.close();
    },
  };
}

/** Counts frames while something is done. */
async function frames(page, what, how, work) {
  await page.evaluate(() => {
    const state = { on: true, times: [] };
    window.frames1 = state;
    const next = (at) => {
      state.times.push(at);
      if (state.on) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const spent = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value;
  };
  const before = await spent();
  await work();
  const busy = ((await spent()) - before) / seconds;
  await session.detach();
  const times = await page.evaluate(() => {
    window.frames1.on = false;
    return window.frames1.times;
  });
  const gaps = times.slice(1).map((at, n) => at - times[n]);
  const late = gaps.filter((gap) => gap > 25).length;
  const at = (share) => quantile(gaps, share).toFixed(1);
  console.log(
    `${what}, ${how}: ${gaps.length} frames in ${seconds} s, p50 ${at(0.5)} p95 ${at(0.95)} p99 ${at(0.99)} ` +
      `max ${Math.max(...gaps).toFixed(1)} ms, late ${late} (${((100 * late) / gaps.length).toFixed(1)} %); ` +
      `the page's own thread worked ${(busy * 100).toFixed(0)} % of the time`,
  );
}

/** Turns the wheel over a part of the page, about sixty times a second. */
async function wheel(page, selector, by) {
  const box = await page.locator(selector).boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const until = performance.now() + seconds * 1000;
  for (let n = 0; performance.now() < until; n += 1) {
    await page.mouse.wheel(0, n % 240 < 200 ? by / 4 : -by / 4);
    await new Promise((go) => setTimeout(go, 12));
  }
}

/** Goes closer to the map and away again, and moves it. */
async function turns(page) {
  const box = await page.locator('.map-plane').boundingBox();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.45);
  const until = performance.now() + seconds * 1000;
  for (let n = 0; performance.now() < until; n += 1) {
    await page.mouse.wheel(0, n % 80 < 40 ? -24 : 24);
    await new Promise((go) => setTimeout(go, 12));
  }
}

/** What waits while the pointer is over the table, and that no row moves meanwhile. */
async function held(page) {
  const names = () => page.locator('.ft-row .ft-facility').allTextContents();
  const [before, top] = [await names(), await page.locator('.ft-scroll').evaluate((one) => one.scrollTop)];
  await page.waitForTimeout(5_000);
  const after = await names();
  const same = before.every((name, n) => after[n] === name);
  const still = top === (await page.locator('.ft-scroll').evaluate((one) => one.scrollTop));
  console.log(
    `held under the pointer for 5 s of changes: rows ${same && still ? 'kept their places' : 'MOVED'}; ${await page.locator('.ft-waiting').textContent()}`,
  );
}

async function shot(page, name) {
  if (values.screenshots === undefined) return;
  mkdirSync(values.screenshots, { recursive: true });
  await page.screenshot({ path: join(values.screenshots, `${name}.png`) });
}

/** The same in the dark, on a wall and on a phone. */
async function others(page, url) {
  for (const [name, viewport, path, colorScheme] of [
    ['wall-dark', { width: 1920, height: 1080 }, '/network', 'dark'],
    [
      'table-desk-dark',
      { width: 1920, height: 1080 },
      '/network/facilities?care=intensive&state=open',
      'dark',
    ],
    ['table-phone', { width: 360, height: 800 }, '/network/facilities', 'light'],
    ['map-phone', { width: 360, height: 800 }, '/network/facilities?show=map', 'light'],
    [
      'map-searched',
      { width: 1366, height: 768 },
      '/network/facilities?show=map&care=intensive&state=open&near=40,-90&within=500',
      'light',
    ],
    [
      'near',
      { width: 1366, height: 768 },
      '/network/facilities?near=40,-90&within=100&sort=distance',
      'light',
    ],
  ]) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await page.goto(`${url}${path}`);
    await page.locator('.net-tile, .ft-row, canvas').first().waitFor({ timeout: 60_000 });
    await page.waitForTimeout(1_500);
    await shot(page, name);
  }
}
