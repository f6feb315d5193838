import { expect, test } from 'vitest';
import { decideIncident } from './decide.ts';
import { inSight } from './evolve.ts';
import { incidentStatuses, incidentTransitions } from './incident-states.ts';
import { type Incident, mostClosed } from './schema.ts';

const at = '2026-03-01T08:00:00.000Z';
const admin = { kind: 'person', id: 'an-admin', name: 'Admin' } as const;
const id = '0195500f-6b00-7000-8000-0000000000a0';
const incident = (status: Incident['status'], change: Partial<Incident> = {}): Incident => ({
  id,
  title: 'A tablet is lost',
  what: 'Since the morning.',
  kind: 'lost-device',
  severity: 'low',
  status,
  reportedAt: at,
  reportedBy: admin,
  notes: [],
  version: 1,
  asOf: at,
  source: admin,
  ...change,
});
const context = { now: at, by: admin, newId: () => 'new' };

test.each(incidentStatuses.flatMap((from) => incidentStatuses.map((to) => [from, to] as const)))(
  'from %s to %s as the table has it',
  (from, to) => {
    const command =
      to === 'closed'
        ? ({ type: 'incident.close', data: { incident: id, finding: 'Found.' } } as const)
        : to === 'open'
          ? undefined
          : ({ type: 'incident.advance', data: { incident: id, to } } as const);
    if (command === undefined) return expect(incidentTransitions[from]).not.toContain('open');
    const decision = decideIncident({ org: 'org', incident: incident(from) }, command, context);
    expect(decision.ok).toBe(incidentTransitions[from].includes(to));
  },
);

test('nothing is written about what is closed, and nothing is reported twice', () => {
  const note = { type: 'incident.note', data: { incident: id, text: 'More.' } } as const;
  const decided = decideIncident({ org: 'org', incident: incident('closed') }, note, context);
  expect(decided).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
  const report = {
    type: 'incident.report',
    data: { incident: id, title: 'Again', what: 'Again', kind: 'other', severity: 'low' },
  } as const;
  const again = decideIncident({ org: 'org', incident: incident('open') }, report, context);
  expect(again).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
});

test('every open incident is in sight, and of the closed ones the last', () => {
  const closed = Array.from({ length: mostClosed + 5 }, (_, index) =>
    incident('closed', { id: `closed-${index}`, closedAt: new Date(index * 1_000).toISOString() }),
  );
  const all = Object.fromEntries([incident('open'), ...closed].map((one) => [one.id, one]));
  const seen = inSight(all);
  expect(Object.keys(seen)).toHaveLength(mostClosed + 1);
  expect(seen[id]).toBeDefined();
  expect(seen['closed-0']).toBeUndefined();
  expect(inSight(seen)).toBe(seen);
});
