import { z } from 'zod';
import type { CommandDefinition } from '../module.ts';
import { idSchema } from '../topic.ts';
import type { EmergencyRight } from './access.ts';
import { emergencyReasonSchema } from './reasons.ts';
import { explanationSchema, mostMinutes } from './schema.ts';

const access = idSchema;
const review = idSchema;
const explanation = 'Called to a patient who has collapsed';

/** What comes before an example: a pharmacist, who sees no patients of the unit by their role, breaks the glass there. */
const broken = (id: string, unit: string) =>
  ({
    type: 'access.break-glass',
    data: { access: id, unit, reason: 'emergency-treatment', explanation, minutes: 30 },
    as: 'pharmacist',
  }) as const;
const ended = (id: string) => ({ type: 'access.end', data: { access: id }, as: 'pharmacist' }) as const;
const note = 'Spoke with the unit; the patient was theirs to treat';
const decided = (id: string) => ({
  type: 'review.decide',
  data: { review: id, decision: 'justified', note },
});

/** Each command about emergency access and its reviews: its data, the right it asks for, an example. */
const definitions = {
  'access.break-glass': {
    summary:
      'See the patients of a unit in an emergency, for an hour at most; the unit and its reviewers are told',
    right: 'emergency.break',
    stepUp: true,
    data: z.strictObject({
      access,
      unit: idSchema,
      reason: emergencyReasonSchema,
      explanation: explanationSchema,
      minutes: z
        .int('must be whole minutes')
        .min(1, 'must be a minute at least')
        .max(mostMinutes, 'must be an hour at most'),
    }),
    example: { data: broken('example-break', 'icu').data, as: 'pharmacist' },
  },
  'access.end': {
    summary: 'Give emergency access of one’s own back before its time',
    right: 'emergency.end',
    data: z.strictObject({ access }),
    example: {
      given: [broken('example-end', 'ds')],
      data: { access: 'example-end' },
      as: 'pharmacist',
    },
  },
  'access.withdraw': {
    summary: 'Take somebody’s emergency access away, at once',
    right: 'emergency.withdraw',
    data: z.strictObject({ access }),
    example: { given: [broken('example-withdraw', '4e')], data: { access: 'example-withdraw' } },
  },
  'access.lapse': {
    summary: 'End emergency access whose time is over',
    right: 'emergency.lapse',
    data: z.strictObject({ access }),
    example: { given: [broken('example-lapse', '5s')], data: { access: 'example-lapse' } },
  },
  'review.decide': {
    summary: 'Say whether an emergency access was justified; never one’s own',
    right: 'reviews.decide',
    data: z.strictObject({
      review,
      decision: z.enum(['justified', 'not-justified', 'needs-follow-up']),
      note: explanationSchema,
    }),
    example: {
      given: [broken('example-decide', '4w'), ended('example-decide')],
      data: decided('example-decide').data,
    },
  },
  'review.close': {
    summary: 'Close the review of an emergency access: whatever followed from it is done; never one’s own',
    right: 'reviews.decide',
    data: z.strictObject({ review, note: explanationSchema }),
    example: {
      given: [broken('example-close', '4w'), ended('example-close'), decided('example-close')],
      data: { review: 'example-close', note: 'Nothing more to be done here' },
    },
  },
  'review.fall-overdue': {
    summary: 'Say that nobody has decided a review in its time',
    right: 'reviews.mind',
    data: z.strictObject({ review }),
    example: {
      given: [broken('example-overdue', '4w'), ended('example-overdue')],
      data: { review: 'example-overdue' },
    },
  },
  'review.archive': {
    summary: 'Take a closed review off the list whose time there is over; it stays in the records',
    right: 'reviews.mind',
    data: z.strictObject({ review }),
    example: {
      given: [
        broken('example-archive', '4w'),
        ended('example-archive'),
        decided('example-archive'),
        { type: 'review.close', data: { review: 'example-archive', note: 'Nothing more to be done here' } },
      ],
      data: { review: 'example-archive' },
    },
  },
} as const satisfies Record<string, Omit<CommandDefinition, 'type'> & { readonly right: EmergencyRight }>;

export type EmergencyCommandType = keyof typeof definitions;
const emergencyCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('access.break-glass'), data: definitions['access.break-glass'].data }),
  z.object({ type: z.literal('access.end'), data: definitions['access.end'].data }),
  z.object({ type: z.literal('access.withdraw'), data: definitions['access.withdraw'].data }),
  z.object({ type: z.literal('access.lapse'), data: definitions['access.lapse'].data }),
  z.object({ type: z.literal('review.decide'), data: definitions['review.decide'].data }),
  z.object({ type: z.literal('review.close'), data: definitions['review.close'].data }),
  z.object({ type: z.literal('review.fall-overdue'), data: definitions['review.fall-overdue'].data }),
  z.object({ type: z.literal('review.archive'), data: definitions['review.archive'].data }),
]);

/** A parsed command of this context: its type with the data that belongs to it. */
export type EmergencyCommand = z.infer<typeof emergencyCommandSchema>;
/** One type of command with its data. */
export type EmergencyCommandOf<T extends EmergencyCommandType> = Extract<EmergencyCommand, { type: T }>;

export const emergencyCommands: readonly CommandDefinition[] = Object.entries(definitions).map(
  ([type, definition]) => ({ type, ...definition }),
);

/** The command as one of this context's. Raises a ZodError for any other. */
export function parseEmergencyCommand(command: { type: string; data: unknown }): EmergencyCommand {
  return emergencyCommandSchema.parse(command);
}
