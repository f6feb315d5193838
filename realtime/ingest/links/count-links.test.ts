import { randomBytes, randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startJobs } from '#db/jobs/job-runner.ts';
import { stores } from '#db/stores/stores.ts';
import { createTestHospital, type TestHospital } from '#db/testing/test-hospital.ts';
import { readTopic } from '#db/topics.ts';
import { atLeisureInOrganisation } from '#db/transaction.ts';
import { mayAsk } from '#domain/count-links/schedule.ts';
import { type FacilityContacts, facilityContactsSchema } from '#domain/count-links/schema.ts';
import { countConfirmationLetter } from './count-confirmation-letter.ts';
import { countLinkLetter } from './count-link-letter.ts';
import { createLinkDoor } from './link-door.ts';
import { createLinkSchedule } from './schedule.ts';

const org = 'demo';
const facility = 'detox';
const patience = { timeout: 10_000 };
let hospital: TestHospital;
let door: Hono;
let addresses = 0;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  hospital = await createTestHospital();
});
beforeEach(() => {
  door = newDoor();
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
  expect(hospital.faults).toEqual([]);
  await hospital.database.owner`delete from carewall.count_contacts`;
});
afterAll(() => hospital.close());

function newDoor(clock?: () => number): Hono {
  const { databases, commands, ring } = hospital;
  return createLinkDoor({
    databases,
    commands,
    ring,
    ...(clock === undefined ? {} : { clock }),
    onRefusal: () => undefined,
  });
}

/** An address that nobody has come from yet. */
function newAddress(): string {
  addresses += 1;
  return `198.51.${Math.floor(addresses / 250)}.${1 + (addresses % 250)}`;
}

async function ask(
  what: 'open' | 'submit',
  body: unknown,
  { address = newAddress(), at = door }: { address?: string; at?: Hono } = {},
): Promise<{ status: number; body: Record<string, unknown>; retryAfter: string | null }> {
  const response = await at.request(
    `/count-links/${what}`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'a telephone' },
      body: JSON.stringify(body),
    },
    { address },
  );
  return {
    status: response.status,
    body: z.record(z.string(), z.unknown()).parse(await response.json()),
    retryAfter: response.headers.get('retry-after'),
  };
}

async function add(contact: string, email = `${contact}@detox.example`): Promise<void> {
  const outcome = await hospital.as('admin', 'contact.add', {
    facility,
    contact,
    name: `Desk ${contact}`,
    language: 'en',
    reachedAt: { by: 'email', email },
  });
  expect(outcome).toMatchObject({ ok: true });
}

/** Sends a contact a link, and gives its secret as the letter has it. */
async function send(contact: string): Promise<{ link: string; token: string }> {
  const link = randomUUID();
  expect(await hospital.as('command_center', 'link.send', { contact, link })).toMatchObject({ ok: true });
  return { link, token: await letterOf(link) };
}

/** What the letter of a link brings: the secret behind the last # in it. */
async function letterOf(link: string): Promise<string> {
  const letter = await write(link);
  return /\/count#([0-9a-f]{64})$/m.exec(letter?.text ?? '')?.[1] ?? '';
}

async function write(link: string, options: { language?: 'en' | 'vi'; channel?: 'email' | 'phone' } = {}) {
  const { language = 'en', channel = 'email' } = options;
  return atLeisureInOrganisation(hospital.databases.app, org, (sql) =>
    countLinkLetter.prepare({
      sql,
      org,
      about: link,
      language,
      channel,
      publicUrl: 'https://wall.hospital.example',
    }),
  );
}

async function state(): Promise<FacilityContacts> {
  const { databases, vault } = hospital;
  const session = await hospital.session('admin');
  const key = { org, topic: `facility/${facility}/contacts` };
  const { found } = await readTopic({ sql: databases.app, vault, stores }, key, session);
  return facilityContactsSchema.parse(found?.state);
}

async function version(level: string): Promise<number> {
  const [row] = await hospital.database.owner`
    select version from carewall.availability where org_id = ${org} and facility = ${facility} and level = ${level}`;
  return row?.version;
}

/** How often something was said of the counts of the facility. */
async function said(type = 'availability.attested'): Promise<number> {
  const [row] = await hospital.database.owner`
    select count(*)::int as count from carewall.events
    where org_id = ${org} and topic = ${`facility/${facility}/availability`} and type = ${type}`;
  return row?.count;
}

const level = 'withdrawal-management';
async function answer(token: string, available = 5, id = uuidv7()) {
  return { token, id, levels: [{ level, version: await version(level), available }] };
}

describe('a link', () => {
  test('INV-21.1 shows the counts of its facility to whoever holds it, as often as they look, and is used up by answering alone', async () => {
    await add('desk');
    const { link, token } = await send('desk');
    expect(token).toHaveLength(64);
    for (const method of ['GET', 'HEAD']) {
      for (const path of ['/count-links/open', '/count-links/submit', `/count-links/open?token=${token}`]) {
        expect((await door.request(path, { method }, { address: newAddress() })).status).toBe(404);
      }
    }
    expect((await state()).links.desk).toMatchObject({ id: link, status: 'waiting' });
    for (let look = 0; look < 10; look += 1) {
      const { status, body } = await ask('open', { token }, { address: '203.0.113.7' });
      expect(status).toBe(200);
      expect(body).toMatchObject({ state: 'open', facility: 'Willow Detox', zone: 'Asia/Ho_Chi_Minh' });
      expect(Object.keys(body).sort()).toEqual(['facility', 'levels', 'state', 'validUntil', 'zone']);
      expect(body.levels).toMatchObject([
        { level: 'withdrawal-management', available: 2, capacity: 14, lapsed: false },
        { level: 'residential-treatment', capacity: 20 },
      ]);
      expect(JSON.stringify(body.levels)).not.toContain('source');
    }
    expect((await state()).links.desk).toMatchObject({ status: 'opened', version: 2 });
    const said1 = await answer(token);
    expect(await ask('submit', said1, { address: '203.0.113.7' })).toMatchObject({
      status: 200,
      body: { saved: true },
    });
    expect((await state()).links.desk).toMatchObject({
      status: 'submitted',
      counts: [{ level, available: 5, capacity: 14 }],
      source: { kind: 'service', id: 'count-link:demo:desk', name: 'Desk desk' },
    });
    expect(await ask('submit', await answer(token, 6))).toMatchObject({
      status: 410,
      body: { code: 'gone' },
    });
    expect(await ask('open', { token })).toMatchObject({ status: 200, body: { state: 'submitted' } });
    const rows = await hospital.database.owner`
      select action, outcome, client, session, details from carewall.audit
      where action like 'count-link.%' order by at, action`;
    expect(rows.filter(({ action }) => action === 'count-link.open')).toHaveLength(11);
    expect(rows.filter(({ action }) => action === 'count-link.submit').map(({ outcome }) => outcome)).toEqual(
      ['ok', 'gone'],
    );
    expect(rows[0]).toMatchObject({
      client: { address: '203.0.113.7', userAgent: 'a telephone' },
      details: { link },
    });
    const [command] = await hospital.database.owner`
      select principal, session from carewall.audit where action = 'link.submit' and outcome = 'ok'`;
    expect(command).toMatchObject({
      principal: { kind: 'service', id: 'count-link:demo:desk' },
      session: link,
    });
    const everything = await hospital.database
      .owner`select row_to_json(a)::text as text from carewall.audit a`;
    for (const { text } of everything) expect(text).not.toContain(token);
  });

  test('INV-21.2 is answered once: of many at once one is taken, whole, and the same again hears the same', async () => {
    for (let round = 0; round < 6; round += 1) {
      const contact = `desk-${round}`;
      await add(contact);
      const { token } = await send(contact);
      const before = await said();
      const levels = [
        { level, version: await version(level), available: round },
        {
          level: 'residential-treatment',
          version: await version('residential-treatment'),
          available: round + 1,
        },
      ];
      const tries = Array.from({ length: 5 }, () => ({ token, id: uuidv7(), levels }));
      const outcomes = await Promise.all(tries.map((one) => ask('submit', one)));
      expect(outcomes.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410, 410]);
      expect(await said()).toBe(before + 2);
      // The answer was lost on its way: from the same place and from another.
      const taken = tries[outcomes.findIndex(({ status }) => status === 200)];
      for (let again = 0; again < 2; again += 1)
        expect(await ask('submit', taken)).toMatchObject({ status: 200 });
      expect(await said()).toBe(before + 2);
      expect(await ask('submit', { ...taken, levels: levels.slice(0, 1) })).toMatchObject({ status: 409 });
    }
  });

  test('is not used up by counts that cannot be, or that somebody else has overtaken: all of them or none', async () => {
    await add('desk');
    const { token } = await send('desk');
    const before = await said();
    const good = await answer(token);
    const [one] = good.levels;
    const other = {
      level: 'residential-treatment',
      version: await version('residential-treatment'),
      available: 3,
    };
    for (const levels of [
      [],
      [one, one],
      [{ ...one, available: -1 }],
      [{ ...one, available: 1.5 }],
      [{ ...one, available: '5' }],
      [{ ...one, facility: 'rgh' }],
      [{ ...one, level: 'nothing' }],
      [one, { ...other, available: 21 }],
      [{ ...one, available: 15 }],
    ]) {
      expect(await ask('submit', { ...good, id: uuidv7(), levels })).toMatchObject({
        status: 400,
        body: { code: 'invalid' },
      });
    }
    for (const levels of [
      [one, { ...other, version: other.version + 1 }],
      [one, { ...other, level: 'hospice', version: 1 }],
    ]) {
      expect(await ask('submit', { ...good, id: uuidv7(), levels })).toMatchObject({ status: 409 });
    }
    expect(await ask('submit', { ...good, id: randomUUID() })).toMatchObject({ status: 400 });
    expect(await said()).toBe(before);
    expect(await ask('submit', { ...good, id: uuidv7() })).toMatchObject({ status: 200 });
  });

  test('that was withdrawn, replaced, or whose time is over says so to whoever holds it; of one whose contact is gone nothing is known', async () => {
    await add('desk');
    const first = await send('desk');
    expect(await hospital.as('admin', 'link.withdraw', { link: first.link })).toMatchObject({ ok: true });
    expect(await ask('open', { token: first.token })).toMatchObject({
      status: 200,
      body: { state: 'withdrawn' },
    });
    expect(await ask('submit', await answer(first.token))).toMatchObject({ status: 410 });
    expect(await write(first.link)).toBeUndefined();

    const second = await send('desk');
    const { owner } = hospital.database;
    await owner`update carewall.count_links set live_until = now() - interval '1 second' where id = ${second.link}`;
    const due = stores.flatMap(({ due }) => due ?? []);
    const commands = (await Promise.all(due.map((one) => one(hospital.databases.relay)))).flat();
    for (const { type, data, expect: seen } of commands.filter(({ type }) => type === 'link.expire')) {
      expect(
        await hospital.as('system', type, { ...data }, { ...(seen === undefined ? {} : { expect: seen }) }),
      ).toMatchObject({ ok: true });
    }
    expect(await ask('open', { token: second.token })).toMatchObject({
      status: 200,
      body: { state: 'expired' },
    });
    expect(await ask('submit', await answer(second.token))).toMatchObject({ status: 410 });
    const later = newDoor(() => Date.now() + 49 * 3_600_000);
    const third = await send('desk');
    expect(await ask('open', { token: third.token }, { at: later })).toMatchObject({
      body: { state: 'expired' },
    });

    // Whoever reads another address now is not who was asked.
    expect(
      await hospital.as('admin', 'contact.change', {
        contact: 'desk',
        reachedAt: { by: 'email', email: 'new@detox.example' },
      }),
    ).toMatchObject({ ok: true });
    expect((await state()).links.desk).toMatchObject({ id: third.link, status: 'withdrawn' });

    const fourth = await send('desk');
    expect(await ask('submit', await answer(fourth.token))).toMatchObject({ status: 200 });
    expect(await hospital.as('admin', 'contact.remove', { facility, contact: 'desk' })).toMatchObject({
      ok: true,
    });
    expect(await ask('open', { token: fourth.token })).toMatchObject({ status: 404 });
    const [grants] =
      await owner`select count(*)::int as count from carewall.grants where account = 'count-link:demo:desk'`;
    expect(grants?.count).toBe(0);
    expect(await state()).toMatchObject({ contacts: {}, links: {} });
  });

  test('whose letter had to be sent twice opens with either, and is used up with both', async () => {
    await add('desk');
    const { link, token } = await send('desk');
    const other = await letterOf(link);
    expect(other).not.toBe(token);
    expect(await ask('open', { token })).toMatchObject({ status: 200 });
    expect(await ask('submit', await answer(other))).toMatchObject({ status: 200 });
    expect(await ask('submit', await answer(token))).toMatchObject({ status: 410 });
    const rows = await hospital.database
      .owner`select row_to_json(s)::text as text from carewall.count_link_secrets s`;
    expect(rows).toHaveLength(2);
    for (const { text } of rows) expect(text).not.toContain(token);
  });
});

describe('whoever guesses', () => {
  test('INV-21.3 hears the same of every secret that opens nothing, soon nothing more, and stands in the way of nobody', async () => {
    await add('desk');
    const { token } = await send('desk');
    const address = newAddress();
    const odd = [
      '',
      'x',
      token.slice(1),
      `${token}0`,
      token.toUpperCase(),
      `0${token}`,
      '../../etc',
      '\u0000',
      'ß'.repeat(200),
    ];
    const answers = [];
    for (const guess of odd) answers.push(await ask('open', { token: guess }));
    for (let guess = 0; guess < 20; guess += 1)
      answers.push(await ask('open', { token: randomBytes(32).toString('hex') }));
    for (const { status, body } of answers)
      expect({ status, body }).toEqual({ status: 404, body: answers[0]?.body });

    const statuses: number[] = [];
    for (let guess = 0; guess < 1_000; guess += 1) {
      const { status } = await ask('open', { token: randomBytes(32).toString('hex') }, { address });
      statuses.push(status);
    }
    expect(statuses.filter((status) => status === 404)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(995);
    const [audited] = await hospital.database.owner`
      select count(*)::int as count from carewall.audit
      where org_id = '' and action = 'count-link.open' and client ->> 'address' = ${address}`;
    expect(audited?.count).toBe(5);
    expect(await ask('open', { token })).toMatchObject({ status: 200 });
  });

  test('and whoever answers may do so five times an hour from one address, whichever nodes they come to', async () => {
    const now = { at: Date.now() };
    const nodes = [newDoor(() => now.at), newDoor(() => now.at)];
    const address = '2001:db8::1';
    for (let time = 0; time < 6; time += 1) {
      await add(`desk-${time}`);
      const { token } = await send(`desk-${time}`);
      // The same network of the same house, whatever its last digits are.
      const { status, retryAfter } = await ask('submit', await answer(token, time), {
        address: `${address}${time}`,
        at: nodes[time % 2] ?? door,
      });
      expect(status).toBe(time < 5 ? 200 : 429);
      if (time === 5) {
        expect(Number(retryAfter)).toBe(720);
        now.at += 720_001;
        expect(
          await ask('submit', await answer(token, time), { address, at: nodes[0] ?? door }),
        ).toMatchObject({
          status: 200,
        });
      }
    }
  });

  test('and whoever sends what is no question is told so', async () => {
    const address = newAddress();
    const send = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
      door.request('/count-links/open', { method: 'POST', headers, body }, { address });
    expect((await send('{')).status).toBe(400);
    expect((await send('{"token":"x"}', { 'content-type': 'text/plain' })).status).toBe(400);
    expect((await send('{"token":7}')).status).toBe(400);
    expect((await send('{"token":"x","more":1}')).status).toBe(400);
    expect(
      (await send('x'.repeat(9_000), { 'content-type': 'application/json', 'content-length': '9000' }))
        .status,
    ).toBe(413);
  });
});

describe('the letters', () => {
  test('with a link fit into one text message, in plain characters, in both languages', async () => {
    await add('desk');
    const { link } = await send('desk');
    const name = (text: string) =>
      hospital.database.owner`update carewall.places set name = ${text} where id = ${facility}`;
    await name('Bệnh viện Đa khoa Trung tâm Thành phố Hồ Chí Minh cơ sở 2');
    cleanups.push(async () => {
      await name('Willow Detox');
    });
    for (const language of ['en', 'vi'] as const) {
      const { text = '' } = (await write(link, { language, channel: 'phone' })) ?? {};
      expect(text.length).toBeLessThanOrEqual(160);
      expect(text).toMatch(/^[\n\r -Z_a-z]+$/);
      expect(text).toMatch(/ https:\/\/wall\.hospital\.example\/count#[0-9a-f]{64}$/);
      expect(text).toContain('Benh vien Da khoa');
    }
  });

  test('that confirm say who answered, what and when, to everybody whom the facility has asked', async () => {
    await add('desk');
    await add('office');
    const { link, token } = await send('desk');
    await hospital.database.owner`delete from carewall.post`;
    expect(await ask('submit', await answer(token, 7))).toMatchObject({ status: 200 });
    const posts = await hospital.database
      .owner`select letter, address, about from carewall.post order by address`;
    expect(posts).toEqual([
      { letter: 'count-confirmation', address: 'desk@detox.example', about: link },
      { letter: 'count-confirmation', address: 'office@detox.example', about: link },
    ]);
    const letter = await atLeisureInOrganisation(hospital.databases.app, org, (sql) =>
      countConfirmationLetter.prepare({
        sql,
        org,
        about: link,
        language: 'en',
        channel: 'email',
        publicUrl: 'https://x',
      }),
    );
    expect(letter?.subject).toBe('New counts for Willow Detox');
    expect(letter?.text).toContain('link of Desk desk');
    expect(letter?.text).toContain('Withdrawal management: 7 of 14 available');
    expect(letter?.text).toContain('Was this not you?');
  });
});

describe('the schedule', () => {
  async function node(clock: () => number = Date.now) {
    const jobs = await startJobs({
      url: hospital.database.url,
      everyMs: 100,
      onFault: (error) => hospital.faults.push(error),
      tasks: [
        createLinkSchedule({
          relay: hospital.databases.relay,
          commands: hospital.commands,
          everyHours: 24,
          clock,
        }),
        { name: 'post', run: async () => undefined },
      ],
    });
    cleanups.push(jobs.stop);
  }
  /** Runs the schedule as often as given, at once, and waits until it has ended. */
  async function run(times: number): Promise<void> {
    const { owner } = hospital.database;
    for (let time = 0; time < times; time += 1)
      await owner`select graphile_worker.add_job('count-links.schedule')`;
    await expect
      .poll(
        async () =>
          (await owner`select 1 from graphile_worker.jobs where task_identifier = 'count-links.schedule'`)
            .length,
        patience,
      )
      .toBe(0);
  }

  test('asks the contacts of facilities whose counts have run out: each once, however many nodes there are', async () => {
    await add('desk');
    await add('office');
    await hospital.as('admin', 'contact.add', {
      facility: 'crisis',
      contact: 'crisis-desk',
      name: 'Desk',
      language: 'en',
      reachedAt: { by: 'email', email: 'desk@crisis.example' },
    });
    const { owner } = hospital.database;
    const runOut = () => owner`
      update carewall.availability set valid_until = now(), entity = entity || jsonb_build_object('validUntil', now())
      where facility = ${facility} and level = 'residential-treatment'`;
    await runOut();
    await Promise.all([node(), node()]);
    // Of the residential places nobody has said anything for longer than that is good.
    await run(6);
    const links = await hospital.database
      .owner`select contact, id from carewall.count_links order by contact`;
    expect(links.map(({ contact }) => contact)).toEqual(['desk', 'office']);
    await run(2);
    expect(await hospital.database.owner`select 1 from carewall.count_links`).toHaveLength(2);

    // Whoever has answered is asked again when that has run out; whoever has not is left alone for a day.
    const token = await letterOf(String(links[0]?.id));
    expect(await ask('submit', await answer(token))).toMatchObject({ status: 200 });
    await run(1);
    expect(await owner`select 1 from carewall.count_links`).toHaveLength(2);
    await runOut();
    await owner`
      update carewall.count_links set created_at = created_at - interval '25 hours',
        entity = entity || jsonb_build_object('createdAt', to_char(now() - interval '25 hours', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      where contact = 'office'`;
    await run(3);
    const now = await hospital.database.owner`
      select contact, count(*)::int as count, count(live_until)::int as live from carewall.count_links group by contact order by contact`;
    expect(now).toEqual([
      { contact: 'desk', count: 2, live: 1 },
      { contact: 'office', count: 2, live: 1 },
    ]);
  });

  test('wakes nobody with a text message, by the clock of their facility', () => {
    const at = (utc: string) => Date.parse(`2026-03-01T${utc}:00Z`);
    const zone = 'Asia/Ho_Chi_Minh';
    for (const [utc, may] of [
      ['23:59', false],
      ['00:00', true],
      ['13:59', true],
      ['14:00', false],
      ['20:00', false],
    ] as const) {
      expect([utc, mayAsk('phone', at(utc), zone)]).toEqual([utc, may]);
      expect(mayAsk('email', at(utc), zone)).toBe(true);
    }
  });
});
