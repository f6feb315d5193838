import type { Context } from 'hono';
import { z } from 'zod';
import type { AuditedClient } from '#db/audit.ts';

/** What the engine says of the client beside the request. */
const environmentSchema = z.object({ address: z.string() });

/** From where a request came, as far as the network tells. */
export function clientOf(context: Context): AuditedClient {
  const { address } = environmentSchema.parse(context.env);
  return { address, userAgent: context.req.header('user-agent')?.slice(0, 300) };
}
