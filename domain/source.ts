import { z } from 'zod';
import { type Principal, principalKinds } from './identity/principal.ts';

/** Who said so: a person, a system, a feed, or Carewall itself. Every entity in every state carries it. */
export const sourceSchema = z.object({
  kind: z.enum(principalKinds),
  id: z.string(),
  name: z.string(),
});
export type Source = z.infer<typeof sourceSchema>;

/** The source that a principal's words have. */
export function sourceOf(principal: Principal): Source {
  return { kind: principal.kind, id: principal.id, name: principal.name };
}
