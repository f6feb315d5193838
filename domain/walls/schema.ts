import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { sourceSchema } from '../source.ts';
import { idSchema } from '../topic.ts';
import { boardKinds, wallViews } from './boards.ts';

const entity = { version: z.int().min(1), asOf: instantSchema, source: sourceSchema };
const placeSchema = z.object({ id: idSchema, name: z.string() });

export const wallNameSchema = z.string().trim().min(1).max(60);

/** A display that somebody let show one board. */
export const wallSchema = z.object({
  id: idSchema,
  /** As it stands on the glass. */
  name: wallNameSchema,
  board: z.object({ kind: z.enum(boardKinds), place: placeSchema }),
  view: z.enum(wallViews),
  /** The device's account. */
  account: idSchema,
  approvedAt: instantSchema,
  approvedBy: sourceSchema,
  ...entity,
});
export type Wall = z.infer<typeof wallSchema>;

/** When a wall was last heard. One that has never been has none. */
export const wallContactSchema = z.object({
  wall: idSchema,
  /** A minute may pass until it is written down. */
  at: instantSchema,
  ...entity,
});
export type WallContact = z.infer<typeof wallContactSchema>;

/** The state of `org/<id>/walls`: every wall that may show something. */
export const wallsSchema = z.object({
  organisation: placeSchema,
  walls: z.record(z.string(), wallSchema),
  contacts: z.record(z.string(), wallContactSchema),
});
export type Walls = z.infer<typeof wallsSchema>;

/** After so long without a word a wall is late, after twice that it is silent: contacts are written once a minute. */
export const wallContactLimitMs = 150_000;
