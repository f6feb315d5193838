import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import type { DecisionContext, EventDefinition, NewEvent } from '../module.ts';
import { phi, pseudonym, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { type Alert, type AlertReason, alertIdSchema, alertSchema } from './schema.ts';

const topic = 'unit/*/alerts';

export const alertRaisedSchema = z.object({ alert: alertSchema });
export const alertAnsweredSchema = z.object({
  alert: alertIdSchema,
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
  from: alertSchema.shape.status,
  to: alertSchema.shape.status,
});

/** Whom an alert concerns turned out to be another patient; which trouble it is, and who owns it, is as it was. */
export const alertMergedSchema = z.object({
  alert: alertIdSchema,
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
  subject: subject(),
  visit: phi(z.string()),
  /** The pseudonym it was under before. */
  formerSubject: pseudonym(),
});
export type AlertMerged = z.infer<typeof alertMergedSchema>;

const nurse = { kind: 'person', id: 'a-nurse', name: 'Nurse' } as const;
const at = '2026-03-01T08:00:00.000Z';
const exampleId = 'a-bed.claim-overruled';

export const alertEvents: readonly EventDefinition[] = [
  {
    type: 'alert.raised',
    summary: 'Somebody must act',
    topic,
    data: alertRaisedSchema,
    example: {
      alert: {
        id: exampleId,
        kind: 'discrepancy',
        reason: 'claim-overruled',
        about: { kind: 'bed', id: 'a-bed', name: '4W-01' },
        owner: 'nurse',
        status: 'raised',
        raisedAt: at,
        subject: 'a-subject',
        visit: 'V000123',
        version: 1,
        asOf: at,
        source: { kind: 'feed', id: 'demo', name: 'DEMO' },
      },
    },
  },
  {
    type: 'alert.acknowledged',
    summary: 'Somebody has taken it up',
    topic,
    data: alertAnsweredSchema,
    example: { alert: exampleId, version: 2, asOf: at, source: nurse, from: 'raised', to: 'acknowledged' },
  },
  {
    type: 'alert.resolved',
    summary: 'It has been dealt with',
    topic,
    data: alertAnsweredSchema,
    example: { alert: exampleId, version: 3, asOf: at, source: nurse, from: 'acknowledged', to: 'resolved' },
  },
  {
    type: 'alert.merged',
    summary: 'Whom it concerns turned out to be one with another patient',
    topic,
    data: alertMergedSchema,
    example: {
      alert: exampleId,
      version: 2,
      asOf: at,
      source: { kind: 'feed', id: 'demo', name: 'DEMO' },
      subject: 'another-subject',
      visit: 'V000123',
      formerSubject: 'a-subject',
    },
  },
  {
    type: 'alert.settled',
    summary: 'What it was about is over, or done',
    topic,
    data: alertRaisedSchema,
    example: {
      alert: {
        id: 'an-access.emergency-access',
        kind: 'access',
        reason: 'emergency-access',
        about: { kind: 'access', id: 'an-access', name: 'Clinician' },
        owner: 'nurse',
        status: 'raised',
        raisedAt: at,
        emergency: {
          person: { id: 'a-clinician', name: 'Clinician' },
          reason: 'emergency-treatment',
          until: '2026-03-01T09:00:00.000Z',
          endedAt: '2026-03-01T08:20:00.000Z',
        },
        version: 2,
        asOf: '2026-03-01T08:20:00.000Z',
        source: { kind: 'person', id: 'a-clinician', name: 'Clinician' },
      },
    },
  },
];

/** What another context says when it raises an alert; the rest follows from the moment. */
export type NewAlert = Pick<Alert, 'reason' | 'about' | 'owner' | 'emergency'> & {
  readonly subject?: string;
  readonly visit?: string;
};

/** The id of the alert for one trouble at one entity. */
export function alertId(about: string, reason: AlertReason): string {
  return `${about}.${reason}`;
}

/**
 * The event that raises an alert at a unit. `lastVersion` is the version of the alert of the same id, resolved ones
 * included, or 0: a version never goes back, so that nobody answers an alert they have not seen.
 */
export function raiseAlert(
  unit: string,
  alert: NewAlert,
  lastVersion: number,
  context: DecisionContext,
): NewEvent {
  const { subject, visit, emergency, ...rest } = alert;
  const raised: Alert = {
    id: alertId(alert.about.id, alert.reason),
    kind: alert.about.kind === 'access' ? 'access' : 'discrepancy',
    ...rest,
    ...(emergency === undefined ? {} : { emergency }),
    status: 'raised',
    raisedAt: context.now,
    ...(subject === undefined ? {} : { subject }),
    ...(visit === undefined ? {} : { visit }),
    version: lastVersion + 1,
    asOf: context.now,
    source: context.by,
  };
  return { topic: `unit/${unit}/alerts`, type: 'alert.raised', data: { alert: raised } };
}

/** The event by which an open alert concerns the patient that a merge left. */
export function mergeAlert(unit: string, alert: Alert, survivor: string, context: DecisionContext): NewEvent {
  const data = {
    alert: alert.id,
    version: alert.version + 1,
    asOf: alert.asOf,
    source: context.by,
    subject: survivor,
    ...(alert.visit === undefined ? {} : { visit: alert.visit }),
    ...(alert.subject === undefined ? {} : { formerSubject: alert.subject }),
  };
  return { topic: `unit/${unit}/alerts`, type: 'alert.merged', data };
}

/** The event by which an open alert says that the emergency access it told of is over. Who had taken it up need do no more. */
export function endAccessAlert(unit: string, alert: Alert, { now, by }: DecisionContext): NewEvent {
  const next: Alert = {
    ...alert,
    status: alert.status === 'acknowledged' ? 'resolved' : alert.status,
    ...(alert.emergency === undefined ? {} : { emergency: { ...alert.emergency, endedAt: now } }),
    version: alert.version + 1,
    asOf: now,
    source: by,
  };
  return { topic: `unit/${unit}/alerts`, type: 'alert.settled', data: { alert: next } };
}

/** The event by which an open alert is resolved because what somebody had to do is done. */
export function settleAlert(unit: string, alert: Alert, { now, by }: DecisionContext): NewEvent {
  const next: Alert = { ...alert, status: 'resolved', version: alert.version + 1, asOf: now, source: by };
  return { topic: `unit/${unit}/alerts`, type: 'alert.settled', data: { alert: next } };
}
