import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import type { CommandDefinition } from '../module.ts';
import { phi } from '../phi.ts';
import { idSchema } from '../topic.ts';
import type { FeedRight } from './access.ts';
import { codesSchema, faultSchema, feedNameSchema, silenceLimitSchema, sourceNameSchema } from './schema.ts';

/** Why a message is not to be applied. A closed list: what somebody would write here might name a patient. */
export const dismissalReasons = [
  'recorded-by-hand',
  'sent-again',
  'not-for-us',
  'mistaken',
  'test-message',
] as const;
export const dismissalReasonSchema = z.enum(dismissalReasons);
export type DismissalReason = z.infer<typeof dismissalReasonSchema>;

/** How many entries one command lets be replayed; what is over that stays to be asked for. */
export const mostReplays = 1_000;

const feed = idSchema;
const codes = { pointOfCare: '4W', room: '499', bed: '9', facility: 'RGH' };
const count = z.int().min(0).max(1_000_000);

const kept = (entry: string, controlId: string) => ({
  type: 'quarantine.keep',
  data: {
    feed: 'demo',
    entry,
    controlId,
    trigger: 'A01',
    receivedAt: '2026-03-01T08:00:00.000Z',
    fault: { code: '204', text: 'Unknown bed: PV1-3', position: 'PV1-3', location: codes },
    message: 'TVNIfF5+XCZ8REVNTw==',
  },
});
const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bed'), bed: idSchema }),
  z.strictObject({ kind: z.literal('nowhere') }),
]);

/** Each command about feeds and what they could not tell: its data, the right it asks for, an example. */
const definitions = {
  'feed.add': {
    summary: 'Let a system state facts, known by MSH-3 and MSH-4 of its messages',
    right: 'feeds.configure',
    data: z.strictObject({
      feed,
      name: feedNameSchema,
      application: sourceNameSchema,
      facility: sourceNameSchema,
      place: idSchema,
    }),
    example: {
      data: { feed: 'example-add', name: 'Laboratory', application: 'LAB', facility: 'RGH', place: 'rgh' },
    },
  },
  'feed.configure': {
    summary: 'Rename a feed, say how long it may be silent, disable or enable it',
    right: 'feeds.configure',
    data: z.strictObject({
      feed,
      name: feedNameSchema.optional(),
      silenceLimitMinutes: silenceLimitSchema.optional(),
      disabled: z.boolean().optional(),
    }),
    example: { data: { feed: 'demo', silenceLimitMinutes: 45 } },
  },
  'feed.map-location': {
    summary: 'Say which bed a feed means by codes that no bed has, or that they are none of our beds',
    right: 'feeds.map',
    data: z.strictObject({ feed, location: codesSchema, to: target }),
    example: { data: { feed: 'demo', location: codes, to: { kind: 'bed', bed: 'ds-01' } } },
  },
  'feed.unmap-location': {
    summary: 'Take back what codes of a feed were said to mean',
    right: 'feeds.map',
    data: z.strictObject({ feed, location: codesSchema }),
    example: {
      given: [
        {
          type: 'feed.map-location',
          data: { feed: 'demo', location: { ...codes, bed: '8' }, to: { kind: 'nowhere' } },
        },
      ],
      data: { feed: 'demo', location: { ...codes, bed: '8' } },
    },
  },
  'feed.record-contact': {
    summary: 'A feed has spoken since this was last written down',
    right: 'feeds.observe',
    data: z.strictObject({
      feed,
      /** When it was heard last. */
      at: instantSchema,
      accepted: count,
      refused: count,
      /** The units it spoke of for the first time, as far as this server knows. */
      units: z.array(idSchema).max(5_000),
    }),
    example: {
      data: { feed: 'demo', at: '2026-03-01T08:00:00.000Z', accepted: 3, refused: 1, units: ['4w', '4e'] },
    },
  },
  'feed.fall-silent': {
    summary: 'A feed has said nothing for longer than its limit',
    right: 'feeds.observe',
    data: z.strictObject({ feed }),
    example: {
      given: [
        {
          type: 'feed.add',
          data: {
            feed: 'example-silent',
            name: 'Theatres',
            application: 'ORSYS',
            facility: 'RGH',
            place: 'rgh',
          },
        },
        {
          type: 'feed.record-contact',
          data: {
            feed: 'example-silent',
            at: '2026-03-01T08:00:00.000Z',
            accepted: 1,
            refused: 0,
            units: ['5s'],
          },
        },
      ],
      data: { feed: 'example-silent' },
    },
  },
  'quarantine.keep': {
    summary: 'A feed sent what cannot be applied; keep it',
    right: 'quarantine.keep',
    data: z.strictObject({
      feed,
      /** The id of the entry, where this message is not kept yet. */
      entry: idSchema,
      controlId: z.string().max(199),
      trigger: z.string().max(8).optional(),
      receivedAt: instantSchema,
      /** The id of the command that it would be, had it been applied. */
      command: z.uuid().optional(),
      fault: faultSchema,
      /** The message as it came, in base64. */
      message: phi(z.base64().min(4)),
    }),
    example: { data: kept('example-keep', 'KEEP-1').data },
  },
  'quarantine.open': {
    summary: 'Say that one looks at the content of a message; it is read at a door of its own',
    right: 'quarantine.open',
    data: z.strictObject({ entry: idSchema }),
    example: { given: [kept('example-open', 'OPEN-1')], data: { entry: 'example-open' } },
  },
  'quarantine.replay': {
    summary: 'Apply messages that were kept: one, all of a feed, or all that name a place',
    right: 'quarantine.replay',
    data: z.strictObject({
      which: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('entry'), entry: idSchema }),
        z.strictObject({ kind: z.literal('feed'), feed }),
        z.strictObject({ kind: z.literal('location'), feed, location: codesSchema }),
      ]),
    }),
    result: z.object({
      /** How many are being replayed. */
      asked: z.int().min(0),
      /** How many more wait, too many for one command. */
      left: z.int().min(0),
    }),
    example: {
      given: [kept('example-replay', 'REPLAY-1')],
      data: { which: { kind: 'entry', entry: 'example-replay' } },
    },
  },
  'quarantine.dismiss': {
    summary: 'Decide that a message is not to be applied',
    right: 'quarantine.dismiss',
    data: z.strictObject({ entry: idSchema, reason: dismissalReasonSchema }),
    example: {
      given: [kept('example-dismiss', 'DISMISS-1')],
      data: { entry: 'example-dismiss', reason: 'recorded-by-hand' },
    },
  },
  'quarantine.settle': {
    summary: 'What became of a message that was kept',
    right: 'quarantine.settle',
    data: z.strictObject({
      entry: idSchema,
      outcome: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('applied') }),
        z.strictObject({ kind: z.literal('refused'), fault: faultSchema }),
      ]),
    }),
    example: {
      given: [kept('example-settle', 'SETTLE-1')],
      data: { entry: 'example-settle', outcome: { kind: 'applied' } },
    },
  },
} as const satisfies Record<string, Omit<CommandDefinition, 'type'> & { readonly right: FeedRight }>;

export type FeedCommandType = keyof typeof definitions;
const feedCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('feed.add'), data: definitions['feed.add'].data }),
  z.object({ type: z.literal('feed.configure'), data: definitions['feed.configure'].data }),
  z.object({ type: z.literal('feed.map-location'), data: definitions['feed.map-location'].data }),
  z.object({ type: z.literal('feed.unmap-location'), data: definitions['feed.unmap-location'].data }),
  z.object({ type: z.literal('feed.record-contact'), data: definitions['feed.record-contact'].data }),
  z.object({ type: z.literal('feed.fall-silent'), data: definitions['feed.fall-silent'].data }),
  z.object({ type: z.literal('quarantine.keep'), data: definitions['quarantine.keep'].data }),
  z.object({ type: z.literal('quarantine.open'), data: definitions['quarantine.open'].data }),
  z.object({ type: z.literal('quarantine.replay'), data: definitions['quarantine.replay'].data }),
  z.object({ type: z.literal('quarantine.dismiss'), data: definitions['quarantine.dismiss'].data }),
  z.object({ type: z.literal('quarantine.settle'), data: definitions['quarantine.settle'].data }),
]);

/** A parsed command of this context: its type with the data that belongs to it. */
export type FeedCommand = z.infer<typeof feedCommandSchema>;
/** One type of command with its data. */
export type FeedCommandOf<T extends FeedCommandType> = Extract<FeedCommand, { type: T }>;

export const feedCommands: readonly CommandDefinition[] = Object.entries(definitions).map(
  ([type, definition]) => ({ type, ...definition }),
);

/** The command as one of this context's. Raises a ZodError for any other. */
export function parseFeedCommand(command: { type: string; data: unknown }): FeedCommand {
  return feedCommandSchema.parse(command);
}
