import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unitBedsSchema } from '#domain/beds/schema.ts';
import { readEvents } from './event-log.ts';
import { stores } from './stores/stores.ts';
import { createTestHospital, type TestHospital } from './testing/test-hospital.ts';
import { readTopic } from './topics.ts';

let hospital: TestHospital;
beforeAll(async () => {
  hospital = await createTestHospital();
});
afterAll(() => hospital.close());

const key = { org: 'demo', topic: 'unit/ds/beds' };

async function beds(topic = key.topic) {
  const session = await hospital.session('nurse');
  const { databases, vault } = hospital;
  const moment = await readTopic({ sql: databases.app, vault, stores }, { ...key, topic }, session);
  return unitBedsSchema.parse(moment.found?.state).beds;
}

describe('a command', () => {
  test('INV-1.1 is answered with the heads of the topics it appended to, and its event stands there', async () => {
    const outcome = await hospital.as('nurse', 'bed.claim', { bed: 'ds-01', minutes: 30 });
    expect(outcome).toMatchObject({ ok: true, heads: [{ topic: key.topic }] });
    const head = outcome.ok ? (outcome.heads[0]?.seq ?? 0) : 0;
    const [event] = await readEvents(hospital.databases.relay, key, head - 1, 1);
    expect(event).toMatchObject({ seq: head, type: 'bed.claimed', by: { id: 'demo-nurse' } });
    expect((await beds())['ds-01']?.claim).toMatchObject({ status: 'reserved' });
  });

  test('INV-2.1 sent again under its id gets the first answer and changes nothing', async () => {
    const id = uuidv7();
    const first = await hospital.as('nurse', 'bed.claim', { bed: 'ds-02' }, { id });
    const again = await hospital.as('nurse', 'bed.claim', { bed: 'ds-02' }, { id });
    expect(again).toEqual({ ...first, replayed: true });
  });

  test('INV-2.1 refused, gets the same refusal again, even when it could be granted by then', async () => {
    const id = uuidv7();
    await hospital.as('nurse', 'bed.claim', { bed: 'ds-03' });
    const first = await hospital.as('clinician', 'bed.claim', { bed: 'ds-03' }, { id });
    expect(first).toMatchObject({ ok: false, error: { code: 'conflict' } });
    await hospital.as('nurse', 'bed.release', { bed: 'ds-03' });
    expect(await hospital.as('clinician', 'bed.claim', { bed: 'ds-03' }, { id })).toEqual({
      ...first,
      replayed: true,
    });
  });

  test('INV-2.2 under the id of another command is a conflict', async () => {
    const id = uuidv7();
    await hospital.as('nurse', 'bed.isolate', { bed: 'ds-04', precaution: 'contact' }, { id });
    const other = await hospital.as('nurse', 'bed.isolate', { bed: 'ds-04', precaution: 'droplet' }, { id });
    expect(other).toMatchObject({ ok: false, error: { code: 'conflict', issues: [{ path: 'id' }] } });
  });

  test('INV-2.3 with an id older than 7 days is gone', async () => {
    const id = uuidv7({ msecs: Date.now() - 8 * 24 * 3_600_000 });
    expect(await hospital.as('nurse', 'bed.claim', { bed: 'ds-05' }, { id })).toMatchObject({
      error: { code: 'gone' },
    });
  });

  test('INV-2.4 that expects another version than there is is a conflict, and says which', async () => {
    const version = (await beds())['ds-06']?.version ?? 0;
    const stale = await hospital.as('nurse', 'bed.claim', { bed: 'ds-06' }, { expect: version + 1 });
    expect(stale).toMatchObject({ ok: false, error: { code: 'conflict', issues: [{ path: 'expect' }] } });
    expect(await hospital.as('nurse', 'bed.claim', { bed: 'ds-06' }, { expect: version })).toMatchObject({
      ok: true,
    });
  });

  test.each([
    ['is no command', 'bed.explode', { bed: 'ds-07' }, 'type'],
    ['has a field too many', 'bed.claim', { bed: 'ds-07', colour: 'red' }, 'data'],
    ['has a wrong value', 'bed.claim', { bed: 'ds-07', minutes: -5 }, 'data.minutes'],
    ['lacks its bed', 'bed.claim', {}, 'data.bed'],
  ])('that %s is invalid, and says where', async (_what, type, data, path) => {
    expect(await hospital.as('nurse', type, data)).toMatchObject({
      error: { code: 'invalid', issues: [{ path }] },
    });
  });

  test('INV-3.1 of somebody who may see but not do it is forbidden; of somebody who may not see, not found', async () => {
    expect(await hospital.as('lab', 'bed.claim', { bed: 'ds-07' })).toMatchObject({
      error: { code: 'forbidden' },
    });
    expect(await hospital.as('patient', 'bed.claim', { bed: 'ds-07' })).toMatchObject({
      error: { code: 'not_found' },
    });
    expect(await hospital.as('patient', 'bed.claim', { bed: 'nowhere' })).toMatchObject({
      error: { code: 'not_found' },
    });
  });

  test('INV-3.1 of a session that has ended is unauthenticated', async () => {
    const session = await hospital.session('receptionist');
    await hospital.database.owner`update carewall.sessions set ended_at = now() where id = ${session.id}`;
    expect(await hospital.as('receptionist', 'bed.claim', { bed: 'ds-07' })).toMatchObject({
      error: { code: 'unauthenticated' },
    });
  });

  test('leaves an audit row, granted or refused', async () => {
    const id = uuidv7();
    await hospital.as('lab', 'bed.claim', { bed: 'ds-08' }, { id });
    await hospital.as('nurse', 'bed.claim', { bed: 'ds-08' }, { id });
    const rows = await hospital.database.owner`
      select principal ->> 'id' as id, outcome from carewall.audit where command = ${id} order by id`;
    expect([...rows]).toEqual([
      { id: 'demo-lab', outcome: 'forbidden' },
      { id: 'demo-nurse', outcome: 'ok' },
    ]);
  });
});

describe('what identifies a patient', () => {
  const patient = { mrn: 'MRN-SECRET-1', family: 'Familyname', given: 'Givenname' };
  const fact = {
    patient,
    visit: 'VISIT-SECRET-1',
    location: { pointOfCare: 'DS', room: '9', bed: '1', facility: 'RGH' },
    at: '2026-03-01T08:00:00.000Z',
  };

  test('INV-4.1 is sealed in every table and opened for whoever may read it', async () => {
    expect(await hospital.as('feed', 'bed.record-admission', fact)).toMatchObject({ ok: true });
    expect((await beds())['ds-09']?.occupant?.patient).toEqual(patient);
    const [row] = await hospital.database.owner`
      select concat_ws(' ', (select string_agg(e::text, ' ') from carewall.events e), (select string_agg(b::text, ' ') from carewall.beds b),
        (select string_agg(c::text, ' ') from carewall.commands c), (select string_agg(a::text, ' ') from carewall.audit a),
        (select string_agg(a::text, ' ') from carewall.alerts a)) as everything`;
    expect(row?.everything).toContain('$sealed');
    for (const secret of ['MRN-SECRET-1', 'Familyname', 'Givenname', 'VISIT-SECRET-1']) {
      expect(row?.everything).not.toContain(secret);
    }
  });

  test('INV-4.2 is gone once the key of the subject is destroyed; the rest stays', async () => {
    const subject = (await beds())['ds-09']?.occupant?.subject ?? '';
    await hospital.database.owner`delete from carewall.subject_keys where subject = ${subject}`;
    const later = await createLaterReader();
    expect(later['ds-09']).toMatchObject({ operationalStatus: 'O', occupant: { since: fact.at } });
    expect(JSON.stringify(later['ds-09'])).not.toContain('Familyname');
  });

  async function createLaterReader() {
    const { createVault } = await import('./vault.ts');
    const session = await hospital.session('nurse');
    const vault = createVault(hospital.databases.vault, hospital.ring);
    const moment = await readTopic({ sql: hospital.databases.app, vault, stores }, key, session);
    return unitBedsSchema.parse(moment.found?.state).beds;
  }
});

describe('INV-1.7 INV-5.1 10,000 concurrent random claims over 50 beds', () => {
  test('give each bed to at most one at a time', { timeout: 180_000 }, async () => {
    const roles = ['nurse', 'clinician', 'command_center', 'admin', 'provider'];
    const ids = [
      ...Array.from({ length: 24 }, (_, i) => `4w-${String(i + 1).padStart(2, '0')}`),
      ...Array.from({ length: 20 }, (_, i) => `4e-${String(i + 1).padStart(2, '0')}`),
      ...Array.from({ length: 6 }, (_, i) => `5s-${String(i + 1).padStart(2, '0')}`),
    ];
    expect(new Set(ids).size).toBe(50);
    const pick = <T>(items: readonly T[]): T => {
      const item = items[Math.floor(Math.random() * items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    };
    let left = 10_000;
    let granted = 0;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const bed = pick(ids);
        const outcome = await hospital.as(pick(roles), 'bed.claim', { bed });
        if (!outcome.ok) {
          expect(outcome.error.code).toBe('conflict');
          continue;
        }
        granted += 1;
        // Now and then the winner lets go, so that the bed is fought over again.
        if (Math.random() < 0.5)
          expect(await hospital.as('nurse', 'bed.release', { bed })).toMatchObject({ ok: true });
      }
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    expect(granted).toBeGreaterThan(50);

    // The log is the witness: between two claims of a bed there is always the end of the first.
    for (const unit of ['4w', '4e', '5s']) {
      const events = await readEvents(
        hospital.databases.relay,
        { org: 'demo', topic: `unit/${unit}/beds` },
        0,
        100_000,
      );
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      const held = new Set<string>();
      for (const { type, data } of events) {
        const bed = typeof data === 'object' && data !== null && 'bed' in data ? String(data.bed) : '';
        if (type === 'bed.claimed') {
          expect(held.has(bed)).toBe(false);
          held.add(bed);
        } else if (type === 'bed.claim-released') held.delete(bed);
      }
      const board = await beds(`unit/${unit}/beds`);
      expect(new Set(Object.values(board).flatMap((bed) => (bed.claim ? [bed.id] : [])))).toEqual(held);
    }
    expect(hospital.faults).toEqual([]);
  });
});

test('INV-6.1 the application’s role sees nothing of another organisation, whatever it asks for', async () => {
  const { owner, url } = hospital.database;
  const { connect } = await import('./connect.ts');
  const app = connect(url, { role: 'carewall_app', max: 1, name: 'test' });
  try {
    const tables = await owner`
      select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
      where c.relnamespace = 'carewall'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`;
    expect(tables.length).toBeGreaterThan(10);
    for (const { name } of tables) {
      const readable =
        await owner`select has_table_privilege('carewall_app', ${`carewall.${name}`}, 'select') as may`;
      if (readable[0]?.may !== true) continue;
      for (const org of ['', 'another', randomUUID()]) {
        await app`select set_config('carewall.org', ${org}, false)`;
        expect((await app`select count(*)::int as n from carewall.${app(String(name))}`)[0]?.n).toBe(0);
      }
    }
  } finally {
    await app.end();
  }
});
