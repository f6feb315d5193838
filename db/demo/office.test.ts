import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { peopleSchema } from '#domain/access/schema.ts';
import { unitAlertsSchema } from '#domain/alerts/schema.ts';
import { facilityContactsSchema } from '#domain/count-links/schema.ts';
import { reviewsSchema } from '#domain/emergency/schema.ts';
import { privacySchema } from '#domain/privacy/schema.ts';
import { securitySchema } from '#domain/security/schema.ts';
import { stores } from '../stores/stores.ts';
import { createTestHospital, type TestHospital } from '../testing/test-hospital.ts';
import { readTopic } from '../topics.ts';
import { seedDemoOffice } from './office.ts';

let hospital: TestHospital;
beforeAll(async () => {
  hospital = await createTestHospital();
});
afterAll(() => hospital.close());

async function stateOf<State>(schema: z.ZodType<State>, topic: string): Promise<State> {
  const { databases, vault } = hospital;
  const { found } = await readTopic({ sql: databases.app, vault, stores }, { org: 'demo', topic });
  return schema.parse(found?.state);
}

async function refusedSignIns(): Promise<number> {
  const [row] = await hospital.database.owner`
    select count(*)::int as count from carewall.audit
    where action = 'session.sign-in' and outcome <> 'ok' and principal ->> 'id' = 'demo-locum'`;
  return z.object({ count: z.number() }).parse(row).count;
}

describe('what an administrator of the demo finds', () => {
  test('is there for each screen, and stays settled when the demo starts again', async () => {
    await seedDemoOffice(hospital.databases, hospital.commands);

    const security = await stateOf(securitySchema, 'org/demo/security');
    expect(Object.values(security.incidents).map(({ status, notes }) => [status, notes.length])).toEqual([
      ['investigating', 1],
    ]);
    expect(await refusedSignIns()).toBe(7);
    const people = await stateOf(peopleSchema, 'org/demo/people');
    expect(Object.keys(people.request)).toContain('demo-facility-request');
    const { reviews } = await stateOf(reviewsSchema, 'org/demo/reviews');
    expect(
      Object.values(reviews)
        .map(({ status }) => status)
        .sort(),
    ).toEqual(['closed', 'needs-follow-up', 'open']);
    const units = await Promise.all(
      ['4w', '5s', 'icu'].map((unit) => stateOf(unitAlertsSchema, `unit/${unit}/alerts`)),
    );
    expect(units.flatMap(({ alerts }) => Object.keys(alerts))).toEqual([]);
    const privacy = await stateOf(privacySchema, 'org/demo/privacy');
    expect(
      Object.values(privacy.requests)
        .map(({ kind, status }) => `${kind} ${status}`)
        .sort(),
    ).toEqual(['erasure asked', 'export making']);
    expect(Object.keys(privacy.holds)).toHaveLength(1);
    const { contacts, links } = await stateOf(facilityContactsSchema, 'facility/crisis/contacts');
    expect(Object.keys(contacts)).toHaveLength(2);
    expect(Object.keys(links)).toHaveLength(1);

    const [hold = ''] = Object.keys(privacy.holds);
    expect(await hospital.as('admin', 'hold.lift', { hold })).toMatchObject({ ok: true });
    const removed = { facility: 'crisis', contact: 'demo-harbour-desk' };
    expect(await hospital.as('admin', 'contact.remove', removed)).toMatchObject({ ok: true });
    await seedDemoOffice(hospital.databases, hospital.commands);
    expect((await stateOf(privacySchema, 'org/demo/privacy')).holds).toEqual({});
    expect(
      Object.keys((await stateOf(facilityContactsSchema, 'facility/crisis/contacts')).contacts),
    ).toHaveLength(1);
    expect(await refusedSignIns()).toBe(7);
    expect(hospital.faults).toEqual([]);
  });
});
