import { z } from 'zod';
import { holderSchema } from './roles.ts';

/** A role held at a place (an organisation, facility, department or unit) and everywhere below it, or a relation to one. */
export const grantSchema = z.object({ role: holderSchema, place: z.string() });
export type Grant = z.infer<typeof grantSchema>;

/** Who acts or looks: a signed-in person or device, a configured feed, or Carewall itself. */
export interface Principal {
  readonly kind: 'person' | 'feed' | 'system';
  readonly id: string;
  readonly org: string;
  /** What people call them; shown as the source of what they did. */
  readonly name: string;
  readonly grants: readonly Grant[];
}

/**
 * Places from the organisation down to where something stands, by id. A grant at any of them reaches it.
 */
export type PlacePath = readonly string[];
