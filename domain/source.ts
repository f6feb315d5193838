import { z } from 'zod';
import type { Principal } from './identity/principal.ts';

/** Who said so: a person, a feed, or Carewall itself. Every entity in every state carries it. */
export const sourceSchema = z.object({
  kind: z.enum(['person', 'feed', 'system']),
  id: z.string(),
  name: z.string(),
});
export type Source = z.infer<typeof sourceSchema>;

/** The source that a principal's words have. */
export function sourceOf(principal: Principal): Source {
  return { kind: principal.kind, id: principal.id, name: principal.name };
}
