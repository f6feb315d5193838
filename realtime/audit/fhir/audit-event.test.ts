import { expect, test } from 'vitest';
import { z } from 'zod';
import type { AuditRow } from '#db/audit/search.ts';
import { auditEventOf } from './audit-event.ts';
import { exportStream } from './export-stream.ts';

const server = { url: 'https://carewall.example', org: 'org' };
const row: AuditRow = {
  id: 7,
  at: '2026-03-01T08:00:00.123456Z',
  principal: { kind: 'person', id: 'a-nurse', name: 'Nurse' },
  session: null,
  action: 'topic.read',
  outcome: 'ok',
  command: null,
  heads: null,
  details: { topic: 'unit/4w/beds', view: 'clinical', why: 'subscribe' },
  client: { address: '192.0.2.7', userAgent: 'Firefox' },
  n: 7,
};

const coding = z.strictObject({ system: z.url(), code: z.string(), display: z.string().optional() });
const dicom = 'http://dicom.nema.org/resources/ontology/DCM';
/** What FHIR R4 asks of an AuditEvent, with no element that it does not have. */
const auditEvent = z.strictObject({
  resourceType: z.literal('AuditEvent'),
  id: z.string().regex(/^[A-Za-z0-9.-]{1,64}$/),
  meta: z.strictObject({ profile: z.array(z.url()) }).optional(),
  type: coding,
  subtype: z.array(coding).min(1),
  action: z.enum(['C', 'R', 'U', 'D', 'E']),
  recorded: z.iso.datetime(),
  outcome: z.enum(['0', '4', '8', '12']),
  outcomeDesc: z.string().optional(),
  agent: z
    .array(
      z.strictObject({
        type: z.strictObject({ coding: z.array(coding).min(1) }),
        who: z.looseObject({}),
        requestor: z.boolean(),
        network: z.strictObject({ address: z.string(), type: z.enum(['1', '2', '3', '4', '5']) }).optional(),
      }),
    )
    .min(1),
  source: z.strictObject({ observer: z.looseObject({}), type: z.array(coding) }),
  entity: z
    .array(z.strictObject({ what: z.looseObject({}), type: coding, role: coding.optional() }))
    .optional(),
});

const agentOf = (event: ReturnType<typeof auditEventOf>, code: string) =>
  event.agent.filter(({ type }) => type.coding.some((one) => one.code === code));

test.each([
  ['topic.read', undefined, 'R', 'read', 'Read', '110152', '110153'],
  ['topic.read', 'a-subject', 'R', 'read', 'PatientRead', '110152', '110153'],
  ['bed.claim', undefined, 'U', 'update', 'Update', '110153', '110152'],
  ['bed.claim', 'a-subject', 'U', 'update', 'PatientUpdate', '110153', '110152'],
  ['feed.add', undefined, 'C', 'create', 'Create', '110153', '110152'],
  ['feed.unmap-location', undefined, 'D', 'delete', 'Delete', '110153', '110152'],
] as const)(
  '%s (patient %s) has what the profile asks for',
  (action, subject, code, interaction, profile, client, serverRole) => {
    const details = { ...row.details, ...(subject === undefined ? {} : { subject }) };
    const event = auditEventOf({ ...row, action, details }, server);
    expect(auditEvent.safeParse(event).error?.issues).toBeUndefined();
    expect(event.meta?.profile).toEqual([
      `https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.${profile}`,
    ]);
    expect(event.type).toMatchObject({
      system: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
      code: 'rest',
    });
    expect(event.subtype[0]).toMatchObject({
      system: 'http://hl7.org/fhir/restful-interaction',
      code: interaction,
    });
    expect(event).toMatchObject({ action: code, outcome: '0' });
    expect(agentOf(event, client)).toMatchObject([
      { requestor: false, network: { address: '192.0.2.7', type: '2' } },
    ]);
    expect(agentOf(event, serverRole)).toMatchObject([
      { requestor: false, network: { address: server.url, type: '5' } },
    ]);
    expect(agentOf(event, 'IRCP')).toMatchObject([
      { requestor: true, who: { identifier: { value: 'a-nurse' } } },
    ]);
    const typed = (type: string) => event.entity?.filter((entity) => entity.type.code === type) ?? [];
    expect(typed('2')).toMatchObject([
      { role: { code: '4' }, what: { identifier: { value: 'unit/4w/beds' } } },
    ]);
    expect(typed('1')).toHaveLength(subject === undefined ? 0 : 1);
  },
);

test.each([
  ['session.sign-in', '110122'],
  ['session.sign-out', '110123'],
])('%s is a user authentication', (action, subtype) => {
  const event = auditEventOf({ ...row, action, details: null }, server);
  expect(auditEvent.safeParse(event).success).toBe(true);
  expect(event.type).toMatchObject({ system: dicom, code: '110114' });
  expect(event.subtype[0]).toMatchObject({ system: dicom, code: subtype });
});

test('a refusal, and what came from nobody knows where, claim no profile', () => {
  const refused = auditEventOf({ ...row, outcome: 'forbidden' }, server);
  expect(refused.meta).toBeUndefined();
  expect(refused).toMatchObject({ outcome: '4', outcomeDesc: 'forbidden' });
  expect(auditEventOf({ ...row, client: null }, server).meta).toBeUndefined();
  expect(
    auditEvent.safeParse(auditEventOf({ ...row, client: null, outcome: 'unavailable' }, server)).success,
  ).toBe(true);
});

test('an export is bounded, and says from where to go on', async () => {
  const rows = Array.from({ length: 25 }, (_, index) => ({ ...row, id: 25 - index }));
  const read = async (after: { id: number } | undefined, limit: number) =>
    rows.filter(({ id }) => after === undefined || id < after.id).slice(0, limit);
  const options = { server, page: 4, after: undefined, read };
  const whole = await new Response(exportStream({ ...options, format: 'fhir', most: 100 })).json();
  expect(z.object({ entry: z.array(z.unknown()) }).parse(whole).entry).toHaveLength(25);
  const lines = (await new Response(exportStream({ ...options, format: 'ndjson', most: 10 })).text())
    .trim()
    .split('\n');
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toContain('cursor=2026-03-01T08:00:00.123456Z~16');
});
