import { z } from 'zod';

const rowSchema = z.object({
  id: z.number(),
  at: z.string(),
  principal: z.object({ kind: z.string(), id: z.string(), name: z.string().optional() }),
  action: z.string(),
  outcome: z.string(),
  heads: z.array(z.object({ topic: z.string(), seq: z.number() })).nullable(),
  details: z.record(z.string(), z.unknown()).nullable(),
  client: z.object({ address: z.string().optional() }).nullable(),
  /** Its place in the chain, once it is sealed. */
  n: z.number().nullable(),
});
/** One row of the audit, as the server shows it. */
export type ShownRow = z.infer<typeof rowSchema>;

export const auditPageSchema = z.object({
  from: z.string(),
  to: z.string(),
  rows: z.array(rowSchema),
  next: z.string().optional(),
});

export const integritySchema = z.object({
  sealed: z.number(),
  hash: z.string(),
  checkpoint: z.number(),
  checkpointAt: z.string().nullable(),
  waiting: z.number(),
});
export type Integrity = z.infer<typeof integritySchema>;

/** What a row is about: the topics that it touched, or that was read, with how. */
export function aboutOf({ heads, details }: ShownRow): string {
  const topics = (heads ?? []).map(({ topic }) => topic);
  const told = Object.entries(details ?? {})
    // When somebody looked from and to says little, and is in every row of a search.
    .filter(([key]) => key !== 'from' && key !== 'to')
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([key, value]) => (key === 'topic' ? String(value) : `${key} ${String(value)}`));
  return [...topics, ...told].join(' · ');
}
