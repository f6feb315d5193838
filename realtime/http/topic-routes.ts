import { Hono } from 'hono';
import { z } from 'zod';
import type { Database } from '#db/connect.ts';
import { oldestSeq, openEvents, readEvents } from '#db/event-log.ts';
import type { ContextStore } from '#db/store.ts';
import { cursorOf, listTopics, readStanding, readTopic } from '#db/topics.ts';
import type { Vault } from '#db/vault.ts';
import { refuse, refuseInvalid } from '#domain/errors.ts';
import type { Grant } from '#domain/identity/principal.ts';
import { modules, topicDefinition, viewFor } from '#domain/modules.ts';
import { idSchema } from '#domain/topic.ts';
import type { ReadAudit } from '../audit/reads.ts';
import { opaqueViewName, projectEvent, projectState } from '../rooms/projection.ts';
import { isShared, type SharedStates } from '../rooms/shared-states.ts';
import { viewOf } from '../rooms/subscribe.ts';
import type { Authenticated } from './authenticate.ts';
import { clientOf } from './client-of.ts';
import { problem } from './problem.ts';
import { createSnapshotBodies } from './snapshot-bodies.ts';

export interface TopicRoutesOptions {
  readonly sqlApp: Database;
  readonly sqlRelay: Database;
  readonly vault: Vault;
  readonly stores: readonly ContextStore[];
  readonly sharedStates: SharedStates;
  readonly reads: ReadAudit;
  readonly pageSize?: number;
}

const listQuerySchema = z.object({
  under: z
    .string()
    .transform((text) => text.split('/').at(-1) ?? '')
    .pipe(idSchema)
    .optional(),
  cursor: z.string().max(1000).optional(),
  kinds: z
    .string()
    .max(2000)
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(modules.flatMap(({ topics }) => topics.map(({ kind }) => kind)))))
    .optional(),
  limit: z.coerce.number().int().min(1).max(1000).optional(),
});

const historyQuerySchema = z.object({
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

/** Of what is asked for, the kinds that a narrowed session may see: a wall must not read a country to find one board. */
function withinScope(
  kinds: readonly string[] | undefined,
  grants: readonly Grant[],
): readonly string[] | undefined {
  const scopes = grants.map(({ only }) => only);
  if (scopes.some((only) => only === undefined)) return kinds;
  const seen = new Set(scopes.flatMap((only) => only?.topics ?? []));
  return kinds === undefined ? [...seen] : kinds.filter((kind) => seen.has(kind));
}

const noSuchTopic = refuse('not_found', 'there is no such topic');

/** What there is to see, and each of it as a snapshot or a history. A topic one may not see is not there. */
export function topicRoutes(options: TopicRoutesOptions): Hono<Authenticated> {
  const { sqlApp, sqlRelay, vault, stores, pageSize = 200 } = options;
  const routes = new Hono<Authenticated>();
  const bodies = createSnapshotBodies();

  routes.get('/topics', async (context) => {
    const query = listQuerySchema.safeParse(context.req.query());
    if (!query.success) return problem(refuseInvalid(query.error, 'the query does not fit'));
    const { principal } = context.get('identified');
    const { under, cursor, kinds, limit = pageSize } = query.data;
    const page = await listTopics(sqlApp, principal.org, {
      held: principal.grants.map(({ place }) => place),
      under,
      kinds: withinScope(kinds, principal.grants),
      after: cursor,
      limit,
    });
    const topics = page.flatMap((listed) => {
      const view = viewOf(listed.topic, principal.grants, listed.path);
      const definition = topicDefinition(listed.topic)?.definition;
      if (view === undefined || definition === undefined) return [];
      const above = listed.places.at(-2);
      return {
        topic: listed.topic,
        view: opaqueViewName(definition, view),
        name: listed.name,
        ...(above === undefined ? {} : { parent: `${above.kind}/${above.id}` }),
        path: listed.places,
      };
    });
    const last = page.at(-1);
    const next = page.length === limit && last !== undefined ? cursorOf(last) : undefined;
    return context.json({ topics, ...(next === undefined ? {} : { next }) });
  });

  routes.get('/topics/:topic', async (context) => {
    const { principal, session } = context.get('identified');
    const topic = context.req.param('topic');
    const known = topicDefinition(topic);
    if (known === undefined) return problem(noSuchTopic);
    const key = { org: principal.org, topic };
    const asking = { id: session, account: principal.id };
    const shared = isShared(known.definition);
    const moment = shared
      ? await readStanding(sqlApp, key, asking)
      : await readTopic({ sql: sqlApp, vault, stores }, key, asking);
    if (moment.grants === undefined) return problem(refuse('unauthenticated', 'sign in again'));
    const view = moment.found && viewFor(known.definition, moment.grants, moment.found.path);
    if (moment.found === undefined || view === undefined) return problem(noSuchTopic);
    const reader = { principal, session, client: clientOf(context) };
    const unrecorded = await options.reads.read(reader, topic, view, 'snapshot');
    if (unrecorded !== undefined) return problem(unrecorded);
    const { epoch, seq, at } = moment.found;
    const head = { topic, view: opaqueViewName(known.definition, view), epoch, seq, at };
    if ('state' in moment.found) {
      return context.json({ ...head, state: projectState(known.definition, view, moment.found.state) });
    }
    // The rights are this caller's own and of this moment; the state is the same for all who have them.
    const state = await options.sharedStates.at(key, known.definition, head);
    if (state === undefined) return problem(noSuchTopic);
    return bodies.answer({ ...head, epoch: state.epoch }, state, context.req.header('accept-encoding'));
  });

  routes.get('/topics/:topic/events', async (context) => {
    const query = historyQuerySchema.safeParse(context.req.query());
    if (!query.success) return problem(refuseInvalid(query.error, 'the query does not fit'));
    const { principal, session } = context.get('identified');
    const topic = context.req.param('topic');
    const known = topicDefinition(topic);
    if (known === undefined) return problem(noSuchTopic);
    const key = { org: principal.org, topic };
    const moment = await readStanding(sqlApp, key, { id: session, account: principal.id });
    if (moment.grants === undefined) return problem(refuse('unauthenticated', 'sign in again'));
    const view = moment.found && viewFor(known.definition, moment.grants, moment.found.path);
    if (moment.found === undefined || view === undefined) return problem(noSuchTopic);
    const { after, limit } = query.data;
    const { epoch, seq } = moment.found;
    const oldest = await oldestSeq(sqlRelay, key);
    if (after < seq && (oldest === undefined || oldest > after + 1)) {
      return problem(refuse('gone', 'this part of the history is no longer kept; take a snapshot'));
    }
    const reader = { principal, session, client: clientOf(context) };
    const unrecorded = await options.reads.read(reader, topic, view, 'history');
    if (unrecorded !== undefined) return problem(unrecorded);
    const opened = await openEvents(vault, principal.org, await readEvents(sqlRelay, key, after, limit));
    const events = opened.map((event) => projectEvent(topic, epoch, view, event));
    return context.json({ topic, view: opaqueViewName(known.definition, view), epoch, events });
  });

  return routes;
}
