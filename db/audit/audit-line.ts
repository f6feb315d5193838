import { z } from 'zod';
import type { AuditedRow } from '#domain/security/notable.ts';

const detailsSchema = z.looseObject({ count: z.int().min(1).optional(), rows: z.int().min(0).optional() });

/** A row of the audit as `carewall.audit_line` writes it. */
const lineSchema = z.tuple([
  z.number(),
  z.string(),
  z.string(),
  z.object({ kind: z.string(), id: z.string() }),
  z.string().nullable(),
  z.string(),
  z.string(),
  z.string().nullable(),
  z.unknown(),
  detailsSchema.nullable(),
  z.looseObject({ address: z.string().optional() }).nullable(),
  z.string(),
]);

/** What is looked at of a line for what is notable in it, with the minute of it. */
export function readAuditLine(line: string): { at: string; row: AuditedRow } | undefined {
  const parsed = lineSchema.safeParse(JSON.parse(line));
  if (!parsed.success) return undefined;
  const [, , at, principal, , action, outcome, , , details, client] = parsed.data;
  const times = action.startsWith('export.') ? (details?.rows ?? 1) : (details?.count ?? 1);
  return { at, row: { principal, action, outcome, address: client?.address, times } };
}
