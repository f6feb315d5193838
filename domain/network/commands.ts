import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import type { CommandDefinition } from '../module.ts';
import { idSchema } from '../topic.ts';
import type { NetworkRight } from './access.ts';
import { facilityCommands, registerFacilitySchema } from './facility-commands.ts';
import { levelOfCareSchema, levelsOfCare } from './levels.ts';
import { bedCountSchema } from './schema.ts';

const level = { facility: idSchema, level: levelOfCareSchema };
/** A level of care as whoever confirms it saw it: what another has said since is not confirmed by chance. */
const seen = z.strictObject({ level: levelOfCareSchema, version: z.int().min(1) });

const counted = (name: (typeof levelsOfCare)[number]) => ({
  type: 'availability.attest',
  data: { facility: 'rgh', level: name, available: 2, capacity: 8 },
  as: 'provider' as const,
});

/** Each command about availability: what its data is, which right it asks for, an example. */
const definitions = {
  'availability.attest': {
    summary: 'Say how many beds are available at a level of care',
    right: 'availability.attest',
    data: z.strictObject({
      ...level,
      available: bedCountSchema,
      /** As before where it is not said. */
      capacity: bedCountSchema.optional(),
      validForMinutes: z.int().min(1).max(10_080).optional(),
      /** When it was counted, where that was earlier. */
      asOf: instantSchema.optional(),
    }),
    example: {
      data: { facility: 'rgh', level: 'maternity', available: 4, capacity: 12, validForMinutes: 480 },
      as: 'provider',
    },
  },
  'availability.confirm': {
    summary: 'Say that counts are still true',
    right: 'availability.attest',
    data: z.strictObject({
      facility: idSchema,
      levels: z
        .array(seen)
        .min(1)
        .max(levelsOfCare.length)
        .refine((all) => new Set(all.map((one) => one.level)).size === all.length, 'names a level twice'),
    }),
    example: {
      given: [counted('hospice')],
      data: { facility: 'rgh', levels: [{ level: 'hospice', version: 1 }] },
      as: 'provider',
    },
  },
  'availability.undo': {
    summary: 'Take back what one has said in the last ten seconds',
    right: 'availability.attest',
    data: z.strictObject(level),
    example: {
      given: [counted('rehabilitation')],
      data: { facility: 'rgh', level: 'rehabilitation' },
      as: 'provider',
    },
  },
  'availability.lapse': {
    summary: 'End a count that nobody has confirmed in its time',
    right: 'availability.lapse',
    data: z.strictObject(level),
    example: {
      given: [
        {
          type: 'availability.attest',
          data: {
            facility: 'rgh',
            level: 'paediatric',
            available: 1,
            capacity: 6,
            asOf: '2026-03-01T08:00:00.000Z',
          },
          as: 'provider',
        },
      ],
      data: { facility: 'rgh', level: 'paediatric' },
    },
  },
} as const satisfies Record<string, Omit<CommandDefinition, 'type'> & { right: NetworkRight }>;

const levelCommandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('availability.attest'), data: definitions['availability.attest'].data }),
  z.object({ type: z.literal('availability.confirm'), data: definitions['availability.confirm'].data }),
  z.object({ type: z.literal('availability.undo'), data: definitions['availability.undo'].data }),
  z.object({ type: z.literal('availability.lapse'), data: definitions['availability.lapse'].data }),
]);
/** A command about levels of care of one facility. */
export type LevelCommand = z.infer<typeof levelCommandSchema>;

const networkCommandSchema = z.discriminatedUnion('type', [levelCommandSchema, registerFacilitySchema]);
export type NetworkCommand = z.infer<typeof networkCommandSchema>;

export const networkCommands: readonly CommandDefinition[] = [
  ...Object.entries(definitions).map(([type, definition]) => ({ type, ...definition })),
  ...facilityCommands,
];

/** The command as one of this context's. Raises a ZodError for any other. */
export function parseNetworkCommand(command: { type: string; data: unknown }): NetworkCommand {
  return networkCommandSchema.parse(command);
}
