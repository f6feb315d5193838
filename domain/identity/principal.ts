import { z } from 'zod';
import { holderSchema } from './roles.ts';

/**
 * What a session may do of what its account may: topics of these kinds, in no fuller view than the one named, and commands
 * of these types. A wall has one board, a system's key what it was made for.
 */
export const scopeSchema = z.object({
  topics: z.array(z.string()).readonly(),
  commands: z.array(z.string()).readonly(),
  view: z.string().optional(),
});
export type Scope = z.infer<typeof scopeSchema>;

/**
 * A role held at a place (an organisation, facility, department or unit) and everywhere below it, or a relation to one.
 * With `only` it opens no more than that.
 */
export const grantSchema = z.object({
  role: holderSchema,
  place: z.string(),
  only: scopeSchema.optional(),
});
export type Grant = z.infer<typeof grantSchema>;

/**
 * Who acts or looks: a signed-in person, a device (a wall), a service (a system that has a key), a configured feed, or
 * Carewall itself. The first three do so through a session.
 */
export const principalKinds = ['person', 'device', 'service', 'feed', 'system'] as const;
export type PrincipalKind = (typeof principalKinds)[number];

export interface Principal {
  readonly kind: PrincipalKind;
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
