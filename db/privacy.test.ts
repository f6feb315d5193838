import { randomUUID } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { privacySchema } from '#domain/privacy/schema.ts';
import { createAccount } from './accounts.ts';
import { connect, type Database } from './connect.ts';
import { carryOutNextRequest, type PrivacyWork, readArchive } from './privacy-requests.ts';
import { stores } from './stores/stores.ts';
import { createTestHospital, type TestHospital } from './testing/test-hospital.ts';
import { readTopic } from './topics.ts';
import { createVault } from './vault.ts';

let hospital: TestHospital;
let work: PrivacyWork;
let owner: Database;
beforeAll(async () => {
  hospital = await createTestHospital();
  owner = hospital.database.owner;
  work = {
    databases: hospital.databases,
    ring: hospital.ring,
    vault: hospital.vault,
    commands: hospital.commands,
    keeps: ['messages'],
    archiveDays: 7,
  };
});
afterAll(() => hospital.close());

/** Every row of every table that holds one of the words in the clear, as `table: row`. The bytes of what is sealed count too. */
async function found(words: readonly string[], but: readonly string[] = []): Promise<string[]> {
  const tables = z.array(z.object({ name: z.string() })).parse(
    await owner`
      select quote_ident(schemaname) || '.' || quote_ident(relname) as name from pg_stat_user_tables order by 1`,
  );
  const hits: string[] = [];
  for (const { name } of tables) {
    if (but.includes(name)) continue;
    const rows = await owner.unsafe(`select t::text as row from ${name} t where t::text ilike any($1)`, [
      words.map((word) => `%${word}%`),
    ]);
    hits.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  return hits;
}

async function requestOf(id: string) {
  const [row] = await owner`select entity from carewall.privacy_requests where id = ${id}`;
  return z.object({ entity: z.looseObject({ status: z.string() }) }).parse(row).entity;
}

const patient = (mrn: string) => ({
  mrn,
  assigner: 'DEMO',
  family: `Zwetschgenbaum ${mrn}`,
  given: 'Ottilie',
  birthDate: '1931-05-07',
  sex: 'F',
});
const at = '2026-03-01T08:00:00.000Z';
const bed = (room: number) => ({ pointOfCare: 'DS', room: String(room), bed: '1', facility: 'RGH' });

async function admit(mrn: string, visit: string, room: number): Promise<void> {
  const outcome = await hospital.as('feed', 'bed.record-admission', {
    at,
    patient: patient(mrn),
    visit,
    location: bed(room),
  });
  expect(outcome).toMatchObject({ ok: true });
}

const about = (mrn: string) => ({ kind: 'patient', facility: 'DEMO', mrn });

async function ask(kind: 'export' | 'erasure', mrn: string): Promise<string> {
  const request = uuidv7();
  expect(await hospital.as('admin', 'privacy.ask-for', { request, kind, about: about(mrn) })).toMatchObject({
    ok: true,
  });
  return request;
}

describe('a patient', () => {
  it('INV-19.7 is given all that is kept under any of their numbers, opened, and nothing of others', async () => {
    await admit('ZW-1', 'Z-1', 12);
    await admit('OTHER-1', 'Z-2', 13);
    const request = await ask('export', 'ZW-1');
    expect(await carryOutNextRequest(work)).toBe(true);
    expect(await carryOutNextRequest(work)).toBe(false);
    expect(await requestOf(request)).toMatchObject({
      status: 'ready',
      archive: { until: expect.any(String) },
    });

    const { id: session } = await hospital.session('admin');
    const archive = await readArchive(
      { app: hospital.databases.app, vault: hospital.vault },
      'demo',
      request,
      session,
    );
    const zip = await archive?.open();
    const files = Object.fromEntries(
      Object.entries(unzipSync(zip ?? new Uint8Array())).map(([name, bytes]) => [name, strFromU8(bytes)]),
    );
    expect(Object.keys(files)).toEqual(expect.arrayContaining(['beds.json', 'events.json', 'index.html']));
    expect(files['beds.json']).toContain('"mrn": "ZW-1"');
    expect(files['events.json']).toContain('Zwetschgenbaum');
    expect(Object.values(files).join('')).not.toMatch(/OTHER-1|\$sealed/);
    // Where it is kept, it is nobody's to read.
    expect(await found(['ZW-1', 'Zwetschgenbaum', '1931-05-07'])).toEqual([]);
  });

  it('INV-19.8 is erased with all numbers that were merged, for good: nothing opens it, with the key ring either', async () => {
    await admit('ZW-3', 'Z-3', 14);
    expect(
      await hospital.as('feed', 'bed.record-merge', {
        at,
        facility: 'RGH',
        merges: [{ patient: patient('ZW-1'), gone: [patient('ZW-3')] }],
      }),
    ).toMatchObject({ ok: true });
    const dump = await owner`select row_to_json(k)::text as row, id from carewall.subject_keys k`;
    const request = await ask('erasure', 'ZW-3');
    expect(await carryOutNextRequest(work)).toBe(false);
    expect(
      await hospital.as('admin', 'privacy.decide', { request, decision: { kind: 'carry-out' } }),
    ).toMatchObject({ ok: true });
    expect(await carryOutNextRequest(work)).toBe(true);
    expect(await requestOf(request)).toMatchObject({ status: 'done' });

    const left = await owner`select id from carewall.subject_keys`;
    const kept = new Set(left.map(({ id }) => id));
    const destroyed = dump.map(({ id }) => String(id)).filter((id) => !kept.has(id));
    expect(destroyed.length).toBeGreaterThanOrEqual(2);
    // Whatever was sealed under those keys stands there still, and opens no more: not with a vault that has just started.
    const vault = createVault(hospital.databases.vault, hospital.ring);
    const session = await hospital.session('nurse');
    const moment = await readTopic(
      { sql: hospital.databases.app, vault, stores },
      { org: 'demo', topic: 'unit/ds/beds' },
      session,
    );
    const text = JSON.stringify(moment.found?.state);
    expect(text).not.toMatch(/ZW-\d/);
    expect(text).toContain('occupant');
    expect(await found(['ZW-1', 'ZW-3', 'Ottilie'])).toEqual([]);
    expect((await found(destroyed)).length).toBeGreaterThan(0);
  });

  it('who has no account agrees at a desk by any of their numbers, has it in their archive, and is asked anew once erased', async () => {
    await admit('ZC-1', 'C-1', 16);
    await admit('ZC-2', 'C-2', 17);
    await createAccount(hospital.databases.identity, {
      id: 'demo-desk',
      org: 'demo',
      email: 'desk@lakeside.example',
      name: 'The desk',
      passwordHash: undefined,
      grants: [{ role: 'receptionist', place: 'rgh' }],
    });
    const say = (mrn: string, text: number, who = 'desk', place = 'rgh') =>
      hospital.as(who, 'consent.give-for', { place, about: about(mrn), purpose: 'teaching', text });
    const withdraw = (mrn: string) =>
      hospital.as('desk', 'consent.withdraw-for', { place: 'rgh', about: about(mrn), purpose: 'teaching' });
    const consents = async () => {
      const moment = await readTopic(
        { sql: hospital.databases.app, vault: hospital.vault, stores },
        { org: 'demo', topic: 'org/demo/privacy' },
        await hospital.session('admin'),
      );
      const { consents } = privacySchema.parse(moment.found?.state);
      return Object.values(consents)
        .filter(({ source }) => ['demo-desk', 'carewall'].includes(source.id))
        .map(({ status, about }) => [status, about.patient !== undefined]);
    };

    expect(await say('ZC-1', 1, 'nurse')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await say('ZC-1', 1, 'desk', 'demo')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await say('ZC-1', 1, 'desk', 'demo-desk')).toMatchObject({ ok: false });
    expect(await say('ZC-1', 9)).toMatchObject({
      ok: false,
      error: { code: 'conflict', issues: [{ path: 'data.text' }] },
    });
    expect(await withdraw('ZC-1')).toMatchObject({ ok: false, error: { code: 'conflict' } });
    // Of two desks at once one writes it down, and the other finds it there.
    expect(await Promise.all([say('ZC-1', 1), say('ZC-1', 1)])).toMatchObject([{ ok: true }, { ok: true }]);
    expect(await say('ZC-2', 1)).toMatchObject({ ok: true });
    expect(await consents()).toEqual([
      ['given', true],
      ['given', true],
    ]);
    const merge = { facility: 'RGH', merges: [{ patient: patient('ZC-2'), gone: [patient('ZC-1')] }] };
    expect(await hospital.as('feed', 'bed.record-merge', { at, ...merge })).toMatchObject({ ok: true });
    expect(await withdraw('ZC-2')).toMatchObject({ ok: true });
    expect((await consents()).map(([status]) => status)).toEqual(['withdrawn', 'withdrawn']);
    expect(await say('ZC-1', 1)).toMatchObject({ ok: true });
    expect((await consents()).map(([status]) => status)).toEqual(['given', 'given']);

    const exported = await ask('export', 'ZC-2');
    expect(await carryOutNextRequest(work)).toBe(true);
    const { id: session } = await hospital.session('admin');
    const reading = { app: hospital.databases.app, vault: hospital.vault };
    const zip = await (await readArchive(reading, 'demo', exported, session))?.open();
    const file = unzipSync(zip ?? new Uint8Array())['patient_consents.json'];
    expect(z.array(z.unknown()).parse(JSON.parse(strFromU8(file ?? new Uint8Array())))).toHaveLength(2);

    const request = await ask('erasure', 'ZC-1');
    const decision = { kind: 'carry-out' };
    expect(await hospital.as('admin', 'privacy.decide', { request, decision })).toMatchObject({ ok: true });
    expect(await carryOutNextRequest(work)).toBe(true);
    expect(await consents()).toEqual([
      ['erased', false],
      ['erased', false],
    ]);
    expect(await withdraw('ZC-1')).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(await say('ZC-1', 1)).toMatchObject({ ok: true });
    expect((await consents()).map(([status]) => status).toSorted()).toEqual(['erased', 'erased', 'given']);
  });

  it('under a legal hold is not erased, also where the hold comes after the decision', async () => {
    await admit('HELD-9', 'Z-9', 15);
    const early = await ask('erasure', 'HELD-9');
    expect(
      await hospital.as('admin', 'privacy.decide', { request: early, decision: { kind: 'carry-out' } }),
    ).toMatchObject({
      ok: true,
    });
    const hold = uuidv7();
    expect(
      await hospital.as('admin', 'hold.place', { hold, about: about('HELD-9'), reason: 'legal-dispute' }),
    ).toMatchObject({ ok: true });
    expect(await carryOutNextRequest(work)).toBe(true);
    expect(await requestOf(early)).toMatchObject({ status: 'refused', reason: 'legal-hold' });

    const late = await ask('erasure', 'HELD-9');
    expect(
      await hospital.as('admin', 'privacy.decide', { request: late, decision: { kind: 'carry-out' } }),
    ).toMatchObject({
      ok: false,
      error: { code: 'conflict', message: 'a legal hold keeps this data from being erased' },
    });
    expect(await hospital.as('admin', 'hold.lift', { hold })).toMatchObject({ ok: true });
    expect(
      await hospital.as('admin', 'privacy.decide', { request: late, decision: { kind: 'carry-out' } }),
    ).toMatchObject({
      ok: true,
    });
    expect(await carryOutNextRequest(work)).toBe(true);
    expect(await requestOf(late)).toMatchObject({ status: 'done' });
  });
});

describe('a colleague', () => {
  const secret = 'Please remember my birthday';

  it('INV-19.9 leaves records of nobody in particular; the audit stays as it was', async () => {
    await createAccount(hospital.databases.identity, {
      id: 'demo-gundula',
      org: 'demo',
      email: 'quitzow@lakeside.example',
      name: 'Gundula Quitzow',
      passwordHash: undefined,
      grants: [{ role: 'nurse', place: 'demo' }],
    });
    const { account, id: session } = await hospital.session('gundula');
    const email = 'quitzow@lakeside.example';
    const conversation = randomUUID();
    expect(
      await hospital.as('gundula', 'conversation.start', {
        conversation,
        kind: 'direct',
        members: ['demo-nurse'],
      }),
    ).toMatchObject({ ok: true });
    const said = { conversation, message: randomUUID(), text: secret, priority: 'routine' };
    expect(await hospital.as('gundula', 'message.send', said)).toMatchObject({ ok: true });
    const request = uuidv7();
    expect(await hospital.as('gundula', 'privacy.ask', { account, request, kind: 'export' })).toMatchObject({
      ok: true,
    });
    expect(await carryOutNextRequest(work)).toBe(true);
    const archive = await readArchive(
      { app: hospital.databases.app, vault: hospital.vault },
      'demo',
      request,
      session,
    );
    const files = Object.fromEntries(
      Object.entries(unzipSync((await archive?.open()) ?? new Uint8Array())).map(([file, bytes]) => [
        file,
        strFromU8(bytes),
      ]),
    );
    expect(files['messages.json']).toContain(secret);
    expect(files['accounts.json']).toContain(email);
    expect(files['accounts.json']).not.toContain('password_hash');
    expect(files['audit.json']).toContain('privacy.ask');

    expect((await found(['Quitzow'])).length).toBeGreaterThan(5);
    const audited = await owner`select a::text as row from carewall.audit a order by id`;
    const erasure = uuidv7();
    expect(
      await hospital.as('gundula', 'privacy.ask', { account, request: erasure, kind: 'erasure' }),
    ).toMatchObject({ ok: true });
    expect(
      await hospital.as('admin', 'privacy.decide', { request: erasure, decision: { kind: 'carry-out' } }),
    ).toMatchObject({ ok: true });
    expect(await carryOutNextRequest(work)).toBe(true);
    expect(await requestOf(erasure)).toMatchObject({ status: 'done' });

    expect(await found(['Quitzow'])).toEqual([]);
    const pseudonym = /Former colleague [0-9a-f]{4}/;
    expect((await owner`select name from carewall.places where id = ${account}`)[0]?.name).toMatch(pseudonym);
    // Who wrote to them still reads what was written, by nobody in particular; and every state is what its log says.
    const nurse = await hospital.session('nurse');
    const topic = { org: 'demo', topic: `conversation/${conversation}` };
    const moment = await readTopic(
      { sql: hospital.databases.app, vault: hospital.vault, stores },
      topic,
      nurse,
    );
    expect(JSON.stringify(moment.found?.state)).toContain(secret);
    expect(JSON.stringify(moment.found?.state)).toMatch(pseudonym);
    // They are signed out, for good.
    expect(
      await hospital.as('gundula', 'consent.give', { account, purpose: 'research', text: 2 }),
    ).toMatchObject({
      ok: false,
      error: { code: 'unauthenticated' },
    });
    const after =
      await owner`select a::text as row from carewall.audit a order by id limit ${audited.length}`;
    expect(after.map(({ row }) => row)).toEqual(audited.map(({ row }) => row));
  });

  it('takes what they wrote with them, where messages are not kept', async () => {
    const account = 'demo-dietician';
    const words = 'Soup on Thursdays';
    const conversation = randomUUID();
    await hospital.as('dietician', 'conversation.start', {
      conversation,
      kind: 'direct',
      members: ['demo-nurse'],
    });
    const said = { conversation, message: randomUUID(), text: words, priority: 'routine' };
    expect(await hospital.as('dietician', 'message.send', said)).toMatchObject({ ok: true });
    const request = uuidv7();
    await hospital.as('dietician', 'privacy.ask', { account, request, kind: 'erasure' });
    await hospital.as('admin', 'privacy.decide', { request, decision: { kind: 'carry-out' } });
    expect(await carryOutNextRequest({ ...work, keeps: [] })).toBe(true);
    expect(await requestOf(request)).toMatchObject({ status: 'done' });
    const nurse = await hospital.session('nurse');
    const topic = { org: 'demo', topic: `conversation/${conversation}` };
    const moment = await readTopic(
      { sql: hospital.databases.app, vault: hospital.vault, stores },
      topic,
      nurse,
    );
    expect(moment.found).toBeDefined();
    expect(JSON.stringify(moment.found?.state)).not.toContain(words);
  });
});

it('of two nodes one carries a request out; one that died leaves it to another', async () => {
  const request = await ask('export', 'ZW-77');
  const taken = await Promise.all([carryOutNextRequest(work), carryOutNextRequest(work)]);
  expect(taken.toSorted()).toEqual([false, true]);
  expect(await requestOf(request)).toMatchObject({ status: 'ready' });
  const second = await ask('export', 'ZW-78');
  await owner`update carewall.privacy_requests set leased_until = clock_timestamp() + interval '1 hour' where id = ${second}`;
  expect(await carryOutNextRequest(work)).toBe(false);
  await owner`update carewall.privacy_requests set leased_until = clock_timestamp() - interval '1 second' where id = ${second}`;
  expect(await carryOutNextRequest(work)).toBe(true);
});

it('the role for privacy reads the audit and changes nothing of it', async () => {
  const sql = connect(hospital.database.url, { role: 'carewall_privacy', max: 1, name: 'test' });
  try {
    expect((await sql`select count(*) as n from carewall.audit`)[0]?.n).toBeGreaterThan(0);
    await expect(sql`delete from carewall.audit`).rejects.toThrow('permission denied');
    await expect(sql`update carewall.audit set outcome = 'ok'`).rejects.toThrow('permission denied');
    await expect(sql`select 1 from carewall.signing_keys`).rejects.toThrow('permission denied');
  } finally {
    await sql.end();
  }
});
