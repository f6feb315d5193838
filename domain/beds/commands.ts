import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import type { CommandDefinition } from '../module.ts';
import { idSchema } from '../topic.ts';
import type { BedRight } from './access.ts';
import {
  examplePlace,
  exampleStay,
  factCommandSchemas,
  factDefinitions,
  visitField,
} from './fact-commands.ts';
import {
  locationSchema,
  patientSchema,
  precautionSchema,
  prioritySchema,
  taskStatusSchema,
  turnaroundSchema,
} from './schema.ts';

const bed = idSchema;

/** Each command that a bed knows: what its data is, which right it asks for, an example. */
const definitions = {
  'bed.add': {
    summary: 'Add a bed to a unit',
    right: 'beds.configure',
    data: z.strictObject({ unit: idSchema, bed, name: z.string().min(1).max(60), location: locationSchema }),
    example: { data: { unit: 'ds', bed: 'ds-99', name: 'DS-99', location: examplePlace(99) } },
  },
  'bed.claim': {
    summary: 'Reserve an unoccupied bed, for a while, for a visit or for nobody yet',
    right: 'beds.claim',
    data: z.strictObject({ bed, minutes: z.int().min(1).max(720).default(120), visit: visitField }),
    example: { data: { bed: 'ds-01', minutes: 60, visit: 'V000900' } },
  },
  'bed.release': {
    summary: 'Let a claimed bed go',
    right: 'beds.claim',
    data: z.strictObject({ bed }),
    example: { given: [{ type: 'bed.claim', data: { bed: 'ds-02' } }], data: { bed: 'ds-02' } },
  },
  'bed.expire-claim': {
    summary: 'End a claim whose time is over',
    right: 'beds.expire',
    data: z.strictObject({ bed }),
    example: { given: [{ type: 'bed.claim', data: { bed: 'ds-03' } }], data: { bed: 'ds-03' } },
  },
  'bed.occupy': {
    summary: 'Put somebody into a bed, where no feed says it',
    right: 'beds.occupy',
    data: z.strictObject({ bed, visit: visitField, patient: patientSchema.optional() }),
    example: { data: { bed: 'ds-04', visit: exampleStay.visit, patient: exampleStay.patient } },
  },
  'bed.vacate': {
    summary: 'Say that a bed was left; it then needs cleaning',
    right: 'beds.occupy',
    data: z.strictObject({
      bed,
      leaves: z.enum(['H', 'K']).default('H'),
      priority: prioritySchema.default('routine'),
    }),
    example: { given: [{ type: 'bed.occupy', data: { bed: 'ds-05' } }], data: { bed: 'ds-05', leaves: 'K' } },
  },
  'bed.request-turnaround': {
    summary: 'Ask for cleaning or transport',
    right: 'beds.turnaround',
    data: z.strictObject({
      bed,
      kind: turnaroundSchema.shape.kind,
      priority: prioritySchema.default('routine'),
    }),
    example: { data: { bed: 'ds-06', kind: 'cleaning', priority: 'urgent' } },
  },
  'bed.advance-turnaround': {
    summary: 'Move a cleaning or transport on; a cleaned bed becomes unoccupied',
    right: 'beds.turnaround',
    data: z.strictObject({ bed, to: taskStatusSchema }),
    example: {
      given: [{ type: 'bed.request-turnaround', data: { bed: 'ds-07', kind: 'cleaning' } }],
      data: { bed: 'ds-07', to: 'accepted' },
    },
  },
  'bed.close': {
    summary: 'Take a bed out of use',
    right: 'beds.close',
    data: z.strictObject({
      bed,
      reason: z.string().trim().min(1).max(200),
      expectedEnd: instantSchema.optional(),
    }),
    example: { data: { bed: 'ds-08', reason: 'Oxygen outlet under repair' } },
  },
  'bed.open': {
    summary: 'Bring a closed bed back into use',
    right: 'beds.close',
    data: z.strictObject({ bed }),
    example: {
      given: [{ type: 'bed.close', data: { bed: 'ds-09', reason: 'Repair' } }],
      data: { bed: 'ds-09' },
    },
  },
  'bed.isolate': {
    summary: 'State which precautions apply at a bed',
    right: 'beds.isolate',
    data: z.strictObject({ bed, precaution: precautionSchema }),
    example: { data: { bed: 'ds-10', precaution: 'droplet' } },
  },
  'bed.end-isolation': {
    summary: 'State that no precautions apply any more',
    right: 'beds.isolate',
    data: z.strictObject({ bed }),
    example: {
      given: [{ type: 'bed.isolate', data: { bed: 'ds-11', precaution: 'contact' } }],
      data: { bed: 'ds-11' },
    },
  },
  ...factDefinitions,
} as const satisfies Record<string, Omit<CommandDefinition, 'type'> & { readonly right: BedRight }>;

export type BedCommandType = keyof typeof definitions;

/** A parsed command of this context: its type with the data that belongs to it. */
export type BedCommand = z.infer<typeof bedCommandSchema>;

/** One type of command with its data. */
export type BedCommandOf<T extends BedCommandType> = Extract<BedCommand, { type: T }>;

export const bedCommands: readonly CommandDefinition[] = Object.entries(definitions).map(
  ([type, definition]) => ({
    type,
    ...definition,
  }),
);

const bedCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('bed.add'), data: definitions['bed.add'].data }),
  z.object({ type: z.literal('bed.claim'), data: definitions['bed.claim'].data }),
  z.object({ type: z.literal('bed.release'), data: definitions['bed.release'].data }),
  z.object({ type: z.literal('bed.expire-claim'), data: definitions['bed.expire-claim'].data }),
  z.object({ type: z.literal('bed.occupy'), data: definitions['bed.occupy'].data }),
  z.object({ type: z.literal('bed.vacate'), data: definitions['bed.vacate'].data }),
  z.object({ type: z.literal('bed.request-turnaround'), data: definitions['bed.request-turnaround'].data }),
  z.object({ type: z.literal('bed.advance-turnaround'), data: definitions['bed.advance-turnaround'].data }),
  z.object({ type: z.literal('bed.close'), data: definitions['bed.close'].data }),
  z.object({ type: z.literal('bed.open'), data: definitions['bed.open'].data }),
  z.object({ type: z.literal('bed.isolate'), data: definitions['bed.isolate'].data }),
  z.object({ type: z.literal('bed.end-isolation'), data: definitions['bed.end-isolation'].data }),
  ...factCommandSchemas,
]);

/** The command as one of this context's, its defaults filled in. Raises a ZodError for any other. */
export function parseBedCommand(command: { type: string; data: unknown }): BedCommand {
  return bedCommandSchema.parse(command);
}
