import { z } from 'zod';
import { emergencyReasonSchema } from '../emergency/reasons.ts';
import { roleSchema } from '../identity/roles.ts';
import { instantSchema } from '../instant.ts';
import { phi, subject } from '../phi.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';

/**
 * Why somebody must act. A `discrepancy` is a fact of a feed that contradicted the board; `access` is that somebody sees
 * the unit's patients in an emergency.
 */
export const alertReasonSchema = z.enum([
  'occupied-elsewhere',
  'bed-was-occupied',
  'bed-was-closed',
  'bed-was-not-clean',
  'claim-overruled',
  'left-without-discharge',
  'discharge-from-another-bed',
  'discharge-of-another-visit',
  'planned-bed-not-free',
  'emergency-access',
  'emergency-review-overdue',
]);
export type AlertReason = z.infer<typeof alertReasonSchema>;

/** `<what it is about>.<reason>`: the same trouble at the same bed is one alert, however often it is stated. */
export const alertIdSchema = z
  .string()
  .regex(/^[a-z0-9-]{1,64}\.[a-z-]{1,60}$/, 'must be like bed-1.claim-overruled');

/** What someone must act on, with its owner. */
export const alertSchema = z.object({
  id: alertIdSchema,
  kind: z.enum(['discrepancy', 'access']),
  reason: alertReasonSchema,
  /** What it is about, by the id of the entity on the board. */
  about: z.object({ kind: z.enum(['bed', 'access']), id: idSchema, name: z.string() }),
  /** The role at this unit that must act. */
  owner: roleSchema,
  status: z.enum(['raised', 'acknowledged', 'resolved']),
  /** The board's own time: when it was raised, or stated again after it had been resolved. */
  raisedAt: instantSchema,
  acknowledgedBy: sourceSchema.optional(),
  /** Of an emergency access: who has it, why, and how long; `endedAt` once it is over. */
  emergency: z
    .object({
      person: z.object({ id: idSchema, name: z.string() }),
      reason: emergencyReasonSchema,
      until: instantSchema,
      endedAt: instantSchema.optional(),
    })
    .optional(),
  subject: subject(),
  visit: phi(z.string()),
  version: z.int().min(1),
  asOf: instantSchema,
  source: sourceSchema,
});
export type Alert = z.infer<typeof alertSchema>;

/** The state of `unit/<id>/alerts`: those that are not resolved. */
export const unitAlertsSchema = z.object({
  unit: z.object({ id: idSchema, name: z.string(), facility: idSchema }),
  alerts: z.record(alertIdSchema, alertSchema),
});
export type UnitAlerts = z.infer<typeof unitAlertsSchema>;
