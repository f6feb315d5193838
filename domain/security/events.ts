import { z } from 'zod';
import type { EventDefinition } from '../module.ts';
import { type Incident, incidentSchema, type SecurityAlert, securityAlertSchema } from './schema.ts';

const topic = 'org/*/security';

export const alertChangedSchema = z.object({
  from: securityAlertSchema.optional(),
  to: securityAlertSchema,
});
export const incidentChangedSchema = z.object({ from: incidentSchema.optional(), to: incidentSchema });

const admin = { kind: 'person', id: 'an-admin', name: 'Admin' } as const;
const carewall = { kind: 'system', id: 'carewall', name: 'Carewall' } as const;
const at = '2026-03-01T08:00:00.000Z';
const later = '2026-03-01T09:00:00.000Z';

const alert: SecurityAlert = {
  id: 'brute-force.account.a-nurse',
  kind: 'brute-force',
  subject: { kind: 'account', id: 'a-nurse' },
  count: 9,
  raisedAt: at,
  lastAt: at,
  status: 'open',
  version: 1,
  asOf: at,
  source: carewall,
};
const incident: Incident = {
  id: '0195500f-6b00-7000-8000-0000000000a0',
  subject: 'incident-0195500f-6b00-7000-8000-0000000000a0',
  title: 'Tablet lost in the lobby',
  what: 'The tablet of 4 West is missing since the morning.',
  kind: 'lost-device',
  severity: 'medium',
  status: 'open',
  reportedAt: at,
  reportedBy: admin,
  notes: [],
  version: 1,
  asOf: at,
  source: admin,
};
const note = { at: later, by: admin, subject: incident.subject, text: 'It was locked from afar.' };
const changed = { version: 2, asOf: later, source: admin } as const;

const alertEvents = {
  'security.alert-raised': ['The audit tells of trouble that nobody has seen yet', { to: alert }],
  'security.alert-risen': [
    'The trouble goes on',
    { from: alert, to: { ...alert, count: 30, lastAt: later, ...changed, source: carewall } },
  ],
  'security.alert-acknowledged': [
    'Somebody has seen it',
    { from: alert, to: { ...alert, status: 'acknowledged', ...changed } },
  ],
} as const satisfies Record<string, readonly [string, z.input<typeof alertChangedSchema>]>;
export type SecurityAlertEventType = keyof typeof alertEvents;

const incidentEvents = {
  'incident.reported': ['Something happened that must be looked into', { to: incident }],
  'incident.advanced': [
    'It is being looked into, or contained',
    { from: incident, to: { ...incident, status: 'investigating', ...changed } },
  ],
  'incident.noted': [
    'Somebody wrote down what was found out or done',
    { from: incident, to: { ...incident, notes: [note], ...changed } },
  ],
  'incident.closed': [
    'It is closed, with what came out of it',
    {
      from: incident,
      to: { ...incident, status: 'closed', finding: 'It was found.', closedAt: later, ...changed },
    },
  ],
} as const satisfies Record<string, readonly [string, z.input<typeof incidentChangedSchema>]>;
export type IncidentEventType = keyof typeof incidentEvents;

/** Whether an event is about an alert. */
export function isAlertEvent(type: string): type is SecurityAlertEventType {
  return Object.hasOwn(alertEvents, type);
}

/** Whether an event is about an incident. */
export function isIncidentEvent(type: string): type is IncidentEventType {
  return Object.hasOwn(incidentEvents, type);
}

export const securityEvents: readonly EventDefinition[] = [
  ...Object.entries(alertEvents).map(([type, [summary, example]]) => ({
    type,
    summary,
    topic,
    data: alertChangedSchema,
    example,
  })),
  ...Object.entries(incidentEvents).map(([type, [summary, example]]) => ({
    type,
    summary,
    topic,
    data: incidentChangedSchema,
    example,
  })),
];
