import { z } from 'zod';
import { instantSchema } from '../instant.ts';
import { idSchema } from '../topic.ts';

const timesByFeed = z.record(z.string(), instantSchema);

/**
 * What is remembered of a visit beside the board, by pseudonym alone, so that it outlives the stay in a bed: when each
 * feed last said where the visit is, who its patient is, and what is planned for it. What comes later but is older is
 * kept and not applied; without this a transfer that is late would put whoever was discharged meanwhile to bed again.
 */
export const visitMemorySchema = z.object({
  moved: timesByFeed.optional(),
  described: timesByFeed.optional(),
  planned: timesByFeed.optional(),
  /** The bed it last left by a fact of a feed: where a cancelled transfer or discharge puts it back. */
  left: z.object({ bed: idSchema, since: instantSchema, at: instantSchema }).optional(),
});
export type VisitMemory = z.infer<typeof visitMemorySchema>;

/** What a feed may be late with. */
export type Statement = 'moved' | 'described' | 'planned';

/** Whether the feed has said something newer of the same kind about the visit. */
export function isOutdated(memory: VisitMemory, statement: Statement, feed: string, at: string): boolean {
  const last = memory[statement]?.[feed];
  return last !== undefined && last > at;
}

/** The memory after a statement; a time never goes back. */
export function remember(memory: VisitMemory, statement: Statement, feed: string, at: string): VisitMemory {
  if (isOutdated(memory, statement, feed, at)) return memory;
  return { ...memory, [statement]: { ...memory[statement], [feed]: at } };
}
