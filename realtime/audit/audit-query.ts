import { z } from 'zod';
import type { AuditCursor, AuditFilter } from '#db/audit/search.ts';
import { errorCodes } from '#domain/errors.ts';
import { topicSchema } from '#domain/topic.ts';

/** How far back a search looks unless it is told: all of an audit is years. */
const days = 31;

const moment = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .optional();

const cursorSchema = z
  .string()
  .max(60)
  .regex(/^[0-9TZ:.-]+~[0-9]{1,18}$/, 'is no cursor')
  .transform((text): AuditCursor => {
    const [at = '', id = ''] = text.split('~');
    return { at, id: Number(id) };
  })
  .refine(({ at }) => !Number.isNaN(Date.parse(at)), 'is no cursor');

/** What a search of the audit may ask for. */
export const auditQuerySchema = z.object({
  who: z.string().min(1).max(100).optional(),
  action: z.string().min(1).max(100).optional(),
  outcome: z.enum(['ok', 'refused', ...errorCodes]).optional(),
  topic: topicSchema.optional(),
  from: moment,
  to: moment,
  cursor: cursorSchema.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

/** The filter of a search, with the time that it looks through. */
export function filterOf({ who, action, outcome, topic, from, to }: AuditQuery, now: number): AuditFilter {
  const until = to ?? new Date(now + 60_000);
  return {
    who,
    action,
    outcome,
    topic,
    from: from ?? new Date(until.getTime() - days * 24 * 3_600_000),
    to: until,
  };
}

/** The cursor as a client hands it back. */
export function cursorText({ at, id }: AuditCursor): string {
  return `${at}~${id}`;
}
