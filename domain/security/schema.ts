import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { phi, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';
import { incidentStatuses } from './incident-states.ts';
import { alertKinds, subjectKinds } from './notable.ts';

const entity = { version: z.int().min(1), asOf: instantSchema, source: sourceSchema };

/** Who or where trouble comes from, by id or address: nobody is named. */
export const alertSubjectSchema = z.strictObject({
  kind: z.enum(subjectKinds),
  id: z.string().min(1).max(100),
});

/** `<kind>.<kind of subject>.<subject>`: the same trouble from the same subject is one alert, however often it happens. */
export const securityAlertIdSchema = z.string().regex(/^[a-z-]{1,40}\.[a-z]{1,10}\.[a-z0-9-]{1,100}$/);

/** Something the audit tells of that somebody must look at. */
export const securityAlertSchema = z.object({
  id: securityAlertIdSchema,
  kind: z.enum(alertKinds),
  subject: alertSubjectSchema,
  /** How often, within the time that its kind is counted over. The most there was since it was raised. */
  count: z.int().min(1),
  raisedAt: instantSchema,
  /** The last time that it is known to have happened. */
  lastAt: instantSchema,
  status: z.enum(['open', 'acknowledged']),
  ...entity,
});
export type SecurityAlert = z.infer<typeof securityAlertSchema>;

export const incidentKinds = [
  'unauthorised-access',
  'lost-device',
  'disclosure',
  'malware',
  'outage',
  'other',
] as const;
export const severities = ['low', 'medium', 'high', 'critical'] as const;
export const incidentTitleSchema = z.string().trim().min(1, 'must say something').max(120);
export const incidentTextSchema = z.string().trim().min(1, 'must say something').max(4_000);

/** What somebody wrote about an incident. */
export const incidentNoteSchema = z.object({
  at: instantSchema,
  by: sourceSchema,
  subject: subject(),
  text: phi(z.string()),
});

/** Something that happened and is looked into. What people write of it may name patients: it is sealed. */
export const incidentSchema = z.object({
  id: idSchema,
  subject: subject(),
  title: phi(z.string()),
  what: phi(z.string()),
  kind: z.enum(incidentKinds),
  severity: z.enum(severities),
  /** The alert that it began with, where it did. */
  alert: securityAlertIdSchema.optional(),
  status: z.enum(incidentStatuses),
  reportedAt: instantSchema,
  reportedBy: sourceSchema,
  notes: z.array(incidentNoteSchema).max(200),
  finding: phi(z.string()),
  closedAt: instantSchema.optional(),
  ...entity,
});
export type Incident = z.infer<typeof incidentSchema>;

/** How many closed incidents stay in sight. */
export const mostClosed = 50;

/** The state of `org/<id>/security`: what is open, and the incidents that were closed last. */
export const securitySchema = z.object({
  organisation: z.object({ id: idSchema, name: z.string() }),
  alerts: z.record(z.string(), securityAlertSchema),
  incidents: z.record(z.string(), incidentSchema),
});
export type Security = z.infer<typeof securitySchema>;

/** The pseudonym under whose data key everything that is written of an incident is sealed. */
export function subjectOfIncident(id: string): string {
  return `incident-${id}`;
}
