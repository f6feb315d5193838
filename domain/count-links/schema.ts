import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { levelOfCareSchema, levelsOfCare } from '../network/levels.ts';
import { bedCountSchema } from '../network/schema.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';

/** For how long a link is good, unless it is used before. */
export const linkHours = 48;
/** More than this at one facility is a list that nobody looks after. */
export const mostContacts = 20;

export const contactNameSchema = z.string().trim().min(1).max(60);
export const languageSchema = z.enum(['en', 'vi']);

/** Where a contact is reached. A number is written as E.164 has it. */
export const reachedAtSchema = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('email'),
    email: z.email('must be an e-mail address').max(254).toLowerCase(),
  }),
  z.strictObject({
    by: z.literal('phone'),
    phone: z.string().regex(/^\+[1-9][0-9]{6,14}$/, 'must be a number such as +84901234567'),
  }),
]);
export type ReachedAt = z.infer<typeof reachedAtSchema>;

const entity = { version: z.int().min(1), asOf: instantSchema, source: sourceSchema };

/** Somebody at a facility, or a desk of it, who is asked for its counts. */
export const contactSchema = z.object({
  id: idSchema,
  name: contactNameSchema,
  language: languageSchema,
  reachedAt: reachedAtSchema,
  ...entity,
});
export type Contact = z.infer<typeof contactSchema>;

export const linkStatuses = [
  'waiting',
  'sent',
  'undelivered',
  'opened',
  'submitted',
  'expired',
  'withdrawn',
] as const;
export type LinkStatus = (typeof linkStatuses)[number];

const submittedCount = z.object({
  level: levelOfCareSchema,
  capacity: bedCountSchema,
  available: bedCountSchema,
});

/** A link that a contact was sent. The secret in it is nowhere in here. */
export const linkSchema = z.object({
  id: z.uuid(),
  contact: idSchema,
  status: z.enum(linkStatuses),
  createdAt: instantSchema,
  validUntil: instantSchema,
  sentAt: instantSchema.optional(),
  openedAt: instantSchema.optional(),
  submittedAt: instantSchema.optional(),
  /** What was said through it. */
  counts: z.array(submittedCount).max(levelsOfCare.length).optional(),
  ...entity,
});
export type Link = z.infer<typeof linkSchema>;

/** The state of `facility/<id>/contacts`: who is asked, and the newest link of each. */
export const facilityContactsSchema = z.object({
  facility: z.object({ id: idSchema, name: z.string() }),
  contacts: z.record(z.string(), contactSchema),
  links: z.record(z.string(), linkSchema),
});
export type FacilityContacts = z.infer<typeof facilityContactsSchema>;
