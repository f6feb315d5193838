import { Hono } from 'hono';
import { z } from 'zod';
import { type AuditFilter, readIntegrity, searchAudit } from '#db/audit/search.ts';
import type { Database } from '#db/connect.ts';
import { readStanding } from '#db/topics.ts';
import { type Refusal, refuse, refuseInvalid } from '#domain/errors.ts';
import { mayAct, topicDefinition, viewFor } from '#domain/modules.ts';
import { sourceOf } from '#domain/source.ts';
import { topicSchema } from '#domain/topic.ts';
import type { Authenticated } from '../http/authenticate.ts';
import { clientOf } from '../http/client-of.ts';
import { problem } from '../http/problem.ts';
import { readJson } from '../http/read-json.ts';
import { createKeyedBuckets } from '../limits.ts';
import type { Identified } from '../rooms/connection.ts';
import { auditQuerySchema, cursorText, filterOf } from './audit-query.ts';
import { exportFormats, exportStream } from './fhir/export-stream.ts';
import type { Journal } from './journal.ts';

export interface AuditRoutesOptions {
  readonly sqlApp: Database;
  readonly journal: Journal;
  readonly publicUrl: () => string;
  readonly mostExported?: number;
}

const exportQuerySchema = auditQuerySchema.extend({ format: z.enum(exportFormats).default('fhir') });
const takenSchema = z.strictObject({
  topic: topicSchema,
  rows: z.int().min(0).max(10_000_000),
  format: z.enum(['csv', 'json']),
});
const noSuchTopic = refuse('not_found', 'there is no such topic');
const unwritten = refuse('unavailable', 'that this is read could not be written down; try again');

/** Reading the audit, which is audited; and what browsers tell of files that they make of what they were shown. */
export function auditRoutes(options: AuditRoutesOptions): Hono<Authenticated> {
  const { sqlApp, journal, publicUrl, mostExported = 10_000 } = options;
  const routes = new Hono<Authenticated>();
  // Each is a long look through a large table.
  const exports = createKeyedBuckets(3, 0.1, { most: 10_000 });

  /** Nothing where they may read all of their organisation's audit, by their rights of this moment. */
  async function refusal({ principal, session }: Identified): Promise<Refusal | undefined> {
    const { org } = principal;
    const key = { org, topic: `org/${org}/security` };
    const { grants, found } = await readStanding(sqlApp, key, { id: session, account: principal.id });
    if (grants === undefined) return refuse('unauthenticated', 'sign in again');
    if (mayAct(grants, 'audit.read', found?.path ?? [org])) return undefined;
    return refuse('not_found', 'there is no such route');
  }

  async function written(
    { principal, session }: Identified,
    action: string,
    details: Record<string, unknown>,
    client: ReturnType<typeof clientOf>,
  ): Promise<boolean> {
    const { org } = principal;
    return journal.write({
      org,
      principal: sourceOf(principal),
      session,
      action,
      outcome: 'ok',
      details,
      client,
    });
  }

  routes.get('/audit', async (context) => {
    const identified = context.get('identified');
    const refused = await refusal(identified);
    if (refused !== undefined) return problem(refused);
    const query = auditQuerySchema.safeParse(context.req.query());
    if (!query.success) return problem(refuseInvalid(query.error, 'the query does not fit'));
    const filter = filterOf(query.data, Date.now());
    if (!(await written(identified, 'audit.read', told(filter), clientOf(context))))
      return problem(unwritten);
    const { limit, cursor } = query.data;
    const rows = await searchAudit(sqlApp, identified.principal.org, filter, { after: cursor, limit });
    const last = rows.at(-1);
    return context.json({
      from: filter.from.toISOString(),
      to: filter.to.toISOString(),
      rows,
      ...(rows.length === limit && last !== undefined ? { next: cursorText(last) } : {}),
    });
  });

  routes.get('/audit/integrity', async (context) => {
    const identified = context.get('identified');
    const refused = await refusal(identified);
    if (refused !== undefined) return problem(refused);
    const integrity = await readIntegrity(sqlApp, identified.principal.org);
    return context.json(integrity ?? { sealed: 0, hash: '', checkpoint: 0, checkpointAt: null, waiting: 0 });
  });

  routes.get('/audit/export', async (context) => {
    const identified = context.get('identified');
    const refused = await refusal(identified);
    if (refused !== undefined) return problem(refused);
    const query = exportQuerySchema.safeParse(context.req.query());
    if (!query.success) return problem(refuseInvalid(query.error, 'the query does not fit'));
    const { org, id } = identified.principal;
    if (!exports.take(`${org}:${id}`))
      return problem(refuse('rate_limited', 'too many exports; wait a little'));
    const filter = filterOf(query.data, Date.now());
    const { format, cursor } = query.data;
    const details = { ...told(filter), format };
    if (!(await written(identified, 'audit.export', details, clientOf(context)))) return problem(unwritten);
    const body = exportStream({
      format,
      server: { url: publicUrl(), org },
      most: mostExported,
      page: 500,
      after: cursor,
      read: (after, limit) => searchAudit(sqlApp, org, filter, { after, limit }),
    });
    const ends = format === 'fhir' ? 'json' : 'ndjson';
    return new Response(body, {
      headers: {
        'content-type': `application/fhir+${ends}`,
        'content-disposition': `attachment; filename="audit.${ends}"`,
      },
    });
  });

  routes.post('/exports', async (context) => {
    const read = await readJson(context.req.raw, takenSchema);
    if (!read.ok) return problem(read.error);
    const identified = context.get('identified');
    const { principal, session } = identified;
    const { topic, rows, format } = read.data;
    const known = topicDefinition(topic);
    if (known === undefined) return problem(noSuchTopic);
    const asking = { id: session, account: principal.id };
    const { grants, found } = await readStanding(sqlApp, { org: principal.org, topic }, asking);
    const view = grants && found && viewFor(known.definition, grants, found.path);
    if (view === undefined) return problem(noSuchTopic);
    const details = { topic, view, rows, format };
    if (!(await written(identified, 'export.file', details, clientOf(context)))) return problem(unwritten);
    return context.json({});
  });

  return routes;
}

/** What a search asked for, as it stands in the audit. */
function told({ who, action, outcome, topic, from, to }: AuditFilter): Record<string, unknown> {
  return { who, action, outcome, topic, from: from.toISOString(), to: to.toISOString() };
}
