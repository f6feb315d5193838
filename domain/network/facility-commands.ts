import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import type { CommandDefinition } from '../module.ts';
import { idSchema } from '../topic.ts';
import { zoneSchema } from '../zone.ts';
import type { NetworkRight } from './access.ts';
import { levelOfCareSchema, levelsOfCare } from './levels.ts';
import { bedCountSchema, facilityDetailsSchema, positionSchema } from './schema.ts';

const nameSchema = z.string().trim().min(1).max(200);

/** What is said of one level of care. Who does not say what is available says that nobody knows. */
const countSchema = z
  .strictObject({
    level: levelOfCareSchema,
    capacity: bedCountSchema,
    available: bedCountSchema.optional(),
    validForMinutes: z.int().min(1).max(10_080).optional(),
  })
  .refine(({ capacity, available }) => available === undefined || available <= capacity, {
    path: ['available'],
    message: 'is more than the capacity',
  });

/** What became of a facility that was registered. */
export const registeredSchema = z.object({
  outcome: z.enum(['registered', 'changed', 'same']),
  /** Levels of which somebody has said something later: that stands. */
  later: z.array(levelOfCareSchema),
});
export type Registered = z.infer<typeof registeredSchema>;

const { type, code } = facilityDetailsSchema.shape;

const definition = {
  summary: 'Say that there is a facility, what is known of it and what it has to give',
  right: 'facilities.register',
  data: z.strictObject({
    facility: idSchema,
    name: nameSchema,
    /** What is not said of these is as it was. */
    type,
    code,
    timezone: zoneSchema.optional(),
    position: z.strictObject(positionSchema.shape).optional(),
    /** Where it lies below the organisation; made under this name where there is no such region yet. */
    region: z.strictObject({ id: idSchema, name: nameSchema }).optional(),
    counts: z
      .array(countSchema)
      .max(levelsOfCare.length)
      .refine((all) => new Set(all.map(({ level }) => level)).size === all.length, 'names a level twice')
      .optional(),
    /** Of when all of this is, where that was earlier. */
    asOf: instantSchema.optional(),
  }),
  result: registeredSchema,
  example: {
    data: {
      facility: 'bayside',
      name: 'Bayside Community Hospital',
      type: 'General acute care',
      region: { id: 'coast', name: 'Coast' },
      timezone: 'Asia/Ho_Chi_Minh',
      position: { latitude: 10.346, longitude: 107.0843 },
      counts: [
        { level: 'medical-surgical', capacity: 80, available: 12 },
        { level: 'intensive-care', capacity: 6 },
      ],
    },
    as: 'admin',
  },
} as const satisfies Omit<CommandDefinition, 'type'> & { right: NetworkRight };

export const facilityCommands: readonly CommandDefinition[] = [{ type: 'facility.register', ...definition }];

export const registerFacilitySchema = z.object({
  type: z.literal('facility.register'),
  data: definition.data,
});
export type RegisterFacility = z.infer<typeof registerFacilitySchema>;
