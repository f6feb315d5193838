import { z } from 'zod';
import { refusalSchema } from './errors.ts';
import { instantSchema } from './instant.ts';
import { sourceSchema } from './source.ts';
import { topicSchema } from './topic.ts';

/** The longest that a position in a history can be written: far above any seq that will ever be, within what JSON holds exactly. */
export const seqSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Where a reader stands in a topic. A position in one view or epoch says nothing about another. */
export const positionSchema = z.strictObject({
  view: z.string().max(64),
  epoch: z.string().max(64),
  seq: seqSchema,
});
export type Position = z.infer<typeof positionSchema>;

export const commandSchema = z.strictObject({
  id: z.uuid(),
  type: z.string().min(1).max(100),
  data: z.record(z.string(), z.unknown()),
  expect: z.int().min(0).optional(),
});
export type Command = z.infer<typeof commandSchema>;

export const subscribeSchema = z.strictObject({ topic: topicSchema, after: positionSchema.optional() });
export const unsubscribeSchema = z.strictObject({ topic: topicSchema });
/** Something volatile about a topic, such as that somebody is typing: sent to those who are there, kept nowhere. */
export const signalSchema = z.strictObject({
  topic: topicSchema,
  type: z.string().min(1).max(100),
  data: z.record(z.string(), z.unknown()),
});
export const tokenSchema = z.strictObject({ token: z.string().min(1).max(4096) });

const frameHead = { topic: z.string(), epoch: z.string(), seq: seqSchema };

/** An event that this view does not show: it only moves the reader's position. */
export const skipSchema = z.object({ ...frameHead, type: z.literal('skip') });
export const eventFrameSchema = z.object({
  ...frameHead,
  type: z.string(),
  at: instantSchema,
  by: sourceSchema.optional(),
  data: z.record(z.string(), z.unknown()),
});
export type EventFrame = z.infer<typeof eventFrameSchema>;
export type SkipFrame = z.infer<typeof skipSchema>;

/** One event as a room of one view gets it. */
export const frameSchema = z.union([skipSchema, eventFrameSchema]);
export type Frame = EventFrame | SkipFrame;

/** Narrows a frame to one that says something. */
export function isEvent(frame: Frame): frame is EventFrame {
  return frame.type !== 'skip';
}

export const headSchema = z.object({ topic: z.string(), seq: seqSchema });
export type Head = z.infer<typeof headSchema>;

/** The answer to a command, after its commit. */
export const commandAnswerSchema = z.object({ heads: z.array(headSchema), result: z.unknown().optional() });
export type CommandAnswer = z.infer<typeof commandAnswerSchema>;

/** The answer to `subscribe`: a snapshot and what came since, only what came since, or where to fetch the snapshot. */
export const subscribedSchema = z.object({
  view: z.string(),
  epoch: z.string(),
  seq: seqSchema,
  state: z.unknown().optional(),
  events: z.array(frameSchema),
});
export type Subscribed = z.infer<typeof subscribedSchema>;
export const fetchSchema = z.object({ fetch: z.string() });

export const snapshotSchema = z.object({
  topic: z.string(),
  view: z.string(),
  epoch: z.string(),
  seq: seqSchema,
  at: instantSchema,
  state: z.unknown(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/** A place on the way from the organisation down to a topic. */
export const placeSchema = z.object({
  id: z.string(),
  kind: z.enum(['organisation', 'region', 'facility', 'department', 'unit', 'person', 'conversation']),
  name: z.string(),
  /** The IANA zone in which a facility tells the time. */
  timezone: z.string().optional(),
});
export type Place = z.infer<typeof placeSchema>;

/** A place that has a position in degrees (WGS 84), and how far it is from where one asked. */
export const nearbyPlaceSchema = placeSchema.extend({
  position: z.object({ latitude: z.number(), longitude: z.number() }),
  metres: z.number().min(0),
});
export type NearbyPlace = z.infer<typeof nearbyPlaceSchema>;
export const nearbyPlacesSchema = z.object({ places: z.array(nearbyPlaceSchema) });

export const topicListSchema = z.object({
  topics: z.array(
    z.object({
      topic: z.string(),
      view: z.string(),
      name: z.string(),
      parent: z.string().optional(),
      /** The places above and at the topic, from the organisation down. */
      path: z.array(placeSchema),
    }),
  ),
  next: z.string().optional(),
});
export type TopicList = z.infer<typeof topicListSchema>;

export const historySchema = z.object({
  topic: z.string(),
  view: z.string(),
  epoch: z.string(),
  events: z.array(frameSchema),
});

export const headsSchema = z.object({ at: instantSchema, heads: z.record(z.string(), seqSchema) });
export const signalledSchema = signalSchema.extend({ by: sourceSchema, at: instantSchema });
export type Signalled = z.infer<typeof signalledSchema>;
export const revokedSchema = z.object({ topic: z.string(), reason: z.enum(['right', 'view', 'session']) });
/** What one may do and see is something else now: whoever lists topics lists them again. */
export const rightsSchema = z.object({ grants: z.array(z.object({ role: z.string(), place: z.string() })) });
export const drainSchema = z.object({ within: z.int().min(0) });

/** What a client may send: each is acknowledged with `{ok: true, …}` or `{ok: false, error}`. */
export const clientMessages = {
  subscribe: { payload: subscribeSchema, answer: z.union([fetchSchema, subscribedSchema]) },
  unsubscribe: { payload: unsubscribeSchema, answer: z.object({}) },
  command: { payload: commandSchema, answer: commandAnswerSchema },
  signal: { payload: signalSchema, answer: z.object({}) },
  token: { payload: tokenSchema, answer: z.object({}) },
} as const;

/** What a server sends unasked. */
export const serverMessages = {
  event: frameSchema,
  heads: headsSchema,
  signal: signalledSchema,
  revoked: revokedSchema,
  rights: rightsSchema,
  drain: drainSchema,
} as const;

export const refusedSchema = z.object({ ok: z.literal(false), error: refusalSchema });

/** The acknowledgement of a message whose answer has the given shape. */
export function acknowledgementOf<S extends z.ZodType>(answer: S) {
  return z.union([z.intersection(z.object({ ok: z.literal(true) }), answer), refusedSchema]);
}
