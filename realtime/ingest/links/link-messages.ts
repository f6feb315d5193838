import { z } from 'zod';
import { answeredLevelsSchema } from '#domain/count-links/commands.ts';
import { linkStatuses } from '#domain/count-links/schema.ts';
import { levelOfCareSchema } from '#domain/network/levels.ts';
import { uuidVersion } from '#domain/uuid.ts';

const token = z.string().max(256);

/** Looks at what a link asks. */
export const openLinkSchema = z.strictObject({ token });

/** Answers. The same `id` again is the same answer. */
export const submitLinkSchema = z.strictObject({
  token,
  id: z.uuid().refine((id) => uuidVersion(id) === 7, 'must be a UUIDv7'),
  levels: answeredLevelsSchema,
});

/** What a link shows: the counts of its facility, or why it is of no use any more. */
export const openedLinkSchema = z.union([
  z.object({
    state: z.literal('open'),
    facility: z.string(),
    zone: z.string(),
    validUntil: z.string(),
    levels: z.array(
      z.object({
        level: levelOfCareSchema,
        version: z.int(),
        capacity: z.int(),
        available: z.int().optional(),
        asOf: z.string(),
        lapsed: z.boolean(),
      }),
    ),
  }),
  z.object({ state: z.enum(linkStatuses), facility: z.string(), zone: z.string(), at: z.string() }),
]);
