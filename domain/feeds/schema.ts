import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';

const entity = { version: z.int().min(1), asOf: instantSchema, source: sourceSchema };
const placeSchema = z.object({ id: idSchema, name: z.string() });

/** How long a feed may say nothing, unless it is told otherwise. */
export const defaultSilenceLimitMinutes = 60;
export const silenceLimitSchema = z
  .int('must be whole minutes')
  .min(1, 'must be a minute at least')
  .max(7 * 24 * 60, 'must be a week at most');

/** MSH-3.1 or MSH-4.1 of a feed's messages. */
export const sourceNameSchema = z.string().trim().min(1).max(199);
export const feedNameSchema = z.string().trim().min(1).max(60);

/** A configured system that states facts over HL7 v2. */
export const feedSchema = z.object({
  id: idSchema,
  name: feedNameSchema,
  /** MSH-3.1 and MSH-4.1 of its messages. */
  application: sourceNameSchema,
  facility: sourceNameSchema,
  /** Its facts reach this place and everything below it. */
  place: placeSchema,
  status: z.enum(['active', 'disabled']),
  silenceLimitMinutes: silenceLimitSchema,
  ...entity,
});
export type Feed = z.infer<typeof feedSchema>;

/** The messages of one day, by the clock of the feed's facility. */
export const dayCountSchema = z.object({
  day: z.iso.date(),
  accepted: z.int().min(0),
  refused: z.int().min(0),
});
export type DayCount = z.infer<typeof dayCountSchema>;

/** When a feed was last heard. A feed that never spoke has none. */
export const contactSchema = z.object({
  feed: idSchema,
  /** Of its last message, accepted or not. Up to half a minute may pass until it is written down. */
  at: instantSchema,
  today: dayCountSchema,
  /** Set while it has been silent for longer than its limit: when the silence began. */
  silentSince: instantSchema.optional(),
  ...entity,
});
export type Contact = z.infer<typeof contactSchema>;

const code = z.string().max(80);

/** The codes by which a message names a place: PV1-3 or NPU-1, point of care ^ room ^ bed ^ facility. */
export const codesSchema = z.strictObject({ pointOfCare: code, room: code, bed: code, facility: code });
export type Codes = z.infer<typeof codesSchema>;

/** What codes of a feed mean: a bed, or a place that is none of our beds, where facts concern no bed. */
export const mappingTargetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bed'), bed: idSchema, name: z.string(), unit: placeSchema }),
  z.strictObject({ kind: z.literal('nowhere') }),
]);
export type MappingTarget = z.infer<typeof mappingTargetSchema>;

/** What somebody said that codes mean, where no bed of ours has them. */
export const mappingSchema = z.object({
  id: idSchema,
  feed: idSchema,
  location: codesSchema,
  to: mappingTargetSchema,
  ...entity,
});
export type Mapping = z.infer<typeof mappingSchema>;

/** Why a message was not taken: a code of HL7 table 0357, words of ours, and the place in the message. */
export const faultSchema = z.object({
  code: z.string().regex(/^[0-9]{3}$/),
  text: z.string().min(1).max(300),
  /** As HL7 people write it: `PV1-3.1`. */
  position: z.string().max(40).optional(),
  /** The codes that name no bed of ours, where that is why. */
  location: codesSchema.optional(),
});
export type Fault = z.infer<typeof faultSchema>;

export const entryStatuses = ['waiting', 'replaying', 'applied', 'dismissed'] as const;
export type EntryStatus = (typeof entryStatuses)[number];

/** A message that could not be applied. Its content is nowhere in here: it stands sealed by itself. */
export const entrySchema = z.object({
  id: idSchema,
  feed: idSchema,
  /** MSH-10; empty where the message has none. */
  controlId: z.string().max(199),
  /** Such as `A01`, where the message says so. */
  trigger: z.string().max(8).optional(),
  receivedAt: instantSchema,
  /** Of the newest time it came, or was replayed. */
  triedAt: instantSchema,
  /** How often it came or was replayed, and was not applied. */
  attempts: z.int().min(1),
  fault: faultSchema,
  /** Who last looked at its content. */
  opened: z.object({ at: instantSchema, by: sourceSchema }).optional(),
  status: z.enum(entryStatuses),
  ...entity,
});
export type Entry = z.infer<typeof entrySchema>;

/** The state of `org/<id>/feeds`: every feed, and the messages that wait. */
export const feedsSchema = z.object({
  organisation: placeSchema,
  feeds: z.record(z.string(), feedSchema),
  contacts: z.record(z.string(), contactSchema),
  mappings: z.record(z.string(), mappingSchema),
  quarantine: z.record(z.string(), entrySchema),
});
export type Feeds = z.infer<typeof feedsSchema>;

/** A feed as a unit of which it has spoken knows it. */
export const presenceSchema = z.object({
  feed: idSchema,
  name: feedNameSchema,
  limitMinutes: silenceLimitSchema,
  /** Set while the feed is silent: what it said of the unit is as old as this. */
  silentSince: instantSchema.optional(),
  ...entity,
});
export type Presence = z.infer<typeof presenceSchema>;

/** The state of `unit/<id>/feeds`: the feeds that have ever spoken of the unit. */
export const unitFeedsSchema = z.object({
  unit: z.object({ id: idSchema, name: z.string(), facility: idSchema }),
  feeds: z.record(z.string(), presenceSchema),
});
export type UnitFeeds = z.infer<typeof unitFeedsSchema>;
