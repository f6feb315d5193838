import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { cors } from 'hono/cors';
import type { CommandRunner } from '#db/command-runner.ts';
import { type Refusal, refuse, tryAgain } from '#domain/errors.ts';
import type { RefusalAudit } from '../audit/refusals.ts';
import { createKeyedBuckets } from '../limits.ts';
import { faultFields, type Logger } from '../log.ts';
import type { StageMetrics } from '../metrics.ts';
import type { Part } from '../part.ts';
import { type Check, faultsOf } from '../readiness.ts';
import type { Identified } from '../rooms/connection.ts';
import { limitedByAccount } from './account-limit.ts';
import type { AllowedOrigins } from './allowed-origins.ts';
import { asyncApiDocument } from './asyncapi.ts';
import { auditedRefusals } from './audited-refusals.ts';
import { type Authenticated, authenticated } from './authenticate.ts';
import { commandRoutes } from './command-routes.ts';
import { openApiDocument } from './openapi.ts';
import { placeRoutes } from './place-routes.ts';
import { problem, tooManyRequests } from './problem.ts';
import type { StaticFiles } from './static-files.ts';
import { type TopicRoutesOptions, topicRoutes } from './topic-routes.ts';

export interface HttpAppOptions extends TopicRoutesOptions {
  readonly commands: CommandRunner;
  readonly refusals: RefusalAudit;
  readonly authenticate: (token: string) => Promise<Identified | Refusal>;
  /** Sign-in and the public keys. */
  readonly session: Hono;
  /** Doors of other systems, under `/api/v1`. */
  readonly ingest: Hono;
  /** What stands beside the path; see `Part`. */
  readonly parts: readonly Part[];
  readonly files: StaticFiles;
  readonly checks: readonly Check[];
  readonly metrics: StageMetrics;
  readonly publicUrl: () => string;
  readonly origins: AllowedOrigins;
  readonly log: Logger;
}

/** Answers one HTTP request from one address. */
export type Fetch = (request: Request, client: { address: string }) => Promise<Response>;

/** Everything that is served over HTTP: sign-in, commands, topics, health, documents, the web client. */
export function createHttpApp(options: HttpAppOptions): Fetch {
  const { metrics, log } = options;
  // Many people share one address, where a hospital stands behind one: what one of them may send is counted by account.
  const rateOfAddress = createKeyedBuckets(1_200, 600, { most: 20_000 });
  const app = new Hono();

  app.use(
    '/api/*',
    cors({
      origin: (origin) => (options.origins.has(origin) ? origin : null),
      credentials: true,
      allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowHeaders: ['authorization', 'content-type'],
      exposeHeaders: ['retry-after'],
      maxAge: 600,
    }),
  );

  app.get('/healthz', (context) => context.json({ status: 'live' }));
  app.get('/readyz', (context) => {
    const faults = faultsOf(options.checks);
    const ready = Object.keys(faults).length === 0;
    return context.json({ status: ready ? 'ready' : 'not ready', faults }, ready ? 200 : 503);
  });
  app.get('/metrics', async (context) =>
    context.body(await metrics.registry.metrics(), 200, { 'content-type': metrics.registry.contentType }),
  );
  app.get('/api/v1/openapi.json', (context) => context.json(openApiDocument(options.publicUrl())));
  app.get('/api/v1/asyncapi.json', (context) => context.json(asyncApiDocument(options.publicUrl())));
  app.route('/', options.session);

  app.route('/api/v1', options.ingest);
  for (const { open } of options.parts) if (open !== undefined) app.route('/api/v1', open);

  const api = new Hono<Authenticated>();
  api.use(compress());
  api.use(authenticated(options.authenticate));
  api.use(auditedRefusals(options.refusals));
  api.use(limitedByAccount(createKeyedBuckets(500, 250, { most: 20_000 })));
  api.use(async (_context, next) => {
    await next();
    // What one person may see must not be kept for the next who uses the machine.
    _context.header('cache-control', 'no-store');
  });
  api.route('/', commandRoutes(options.commands, metrics, options.refusals));
  api.route('/', topicRoutes(options));
  api.route('/', placeRoutes(options));
  for (const { behind } of options.parts) if (behind !== undefined) api.route('/', behind);
  api.all('*', () => problem(refuse('not_found', 'there is no such route')));
  app.route('/api/v1', api);

  app.notFound((context) => {
    const { method, path, raw } = context.req;
    const file = method === 'GET' || method === 'HEAD' ? options.files.serve(path, raw) : undefined;
    return file ?? problem(refuse('not_found', 'there is no such page'));
  });
  app.onError((error) => {
    metrics.faults.inc({ stage: 'http' });
    log.error(faultFields(error), 'a request failed');
    return problem(tryAgain);
  });

  return async (request, { address }) => {
    const response = rateOfAddress.take(address) ? await app.fetch(request, { address }) : tooManyRequests();
    if (response.status >= 400) metrics.refusals.inc({ door: 'http', code: String(response.status) });
    return response;
  };
}
