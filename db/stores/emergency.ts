import { z } from 'zod';
import { type EmergencyCommand, parseEmergencyCommand } from '#domain/emergency/commands.ts';
import { emergencyModule } from '#domain/emergency/module.ts';
import { reviewsSchema } from '#domain/emergency/schema.ts';
import type { Principal } from '#domain/identity/principal.ts';
import {
  type ContextStore,
  type DueCommand,
  type Loaded,
  parseOr,
  type StoreContext,
  type StoreKeys,
} from '../store.ts';
import { loadBreakGlass, loadEnd, loadReview } from './emergency-loads.ts';

const dueRowsSchema = z.array(
  z.object({
    org: z.string(),
    id: z.string(),
    version: z.int(),
    over: z.boolean(),
    late: z.boolean(),
  }),
);

/** Emergency accesses, one row each, with their reviews. */
export const emergencyStore: ContextStore = {
  module: emergencyModule,
  prepare: (command, keys) =>
    parseOr(parseEmergencyCommand, command, (parsed) => ({
      load: (context: StoreContext, by: Pick<Principal, 'kind' | 'id'>) => load(context, parsed, by, keys),
    })),
  project: (events) => {
    throw new Error(
      `no other context speaks of emergency access, yet one said ${events.map(({ type }) => type).join(', ')}`,
    );
  },
  async snapshot({ org, connection }, _kind, id = '') {
    const [organisations, rows] = await Promise.all([
      connection`select id, name from carewall.organisations where id = ${org} and id = ${id}`.execute(),
      connection`
        select id, entity from carewall.emergency_accesses where org_id = ${org} and listed order by id`.execute(),
    ]);
    const [organisation] = z.array(z.object({ id: z.string(), name: z.string() })).parse(organisations);
    if (organisation === undefined) return undefined;
    const reviews = z.array(z.object({ id: z.string(), entity: z.unknown() })).parse(rows);
    const value = {
      organisation,
      reviews: Object.fromEntries(reviews.map((review) => [review.id, review.entity])),
    };
    return { schema: reviewsSchema, value };
  },
  async due(relay) {
    const rows = await relay`
      select org_id as org, id, version, coalesce(until <= clock_timestamp(), false) as over,
        coalesce(falls_due_at <= clock_timestamp(), false) as late
      from carewall.emergency_accesses
      where until <= clock_timestamp() or falls_due_at <= clock_timestamp() or leaves_at <= clock_timestamp()
      order by until, falls_due_at, leaves_at limit 200`;
    return dueRowsSchema.parse(rows).map(({ org, id, version, over, late }): DueCommand => {
      if (over) return { org, type: 'access.lapse', data: { access: id }, expect: version };
      const type = late ? 'review.fall-overdue' : 'review.archive';
      return { org, type, data: { review: id }, expect: version };
    });
  },
};

function load(
  context: StoreContext,
  command: EmergencyCommand,
  by: Pick<Principal, 'kind' | 'id'>,
  keys: StoreKeys,
): Promise<Loaded> {
  switch (command.type) {
    case 'access.break-glass':
      return loadBreakGlass(context, command, by, keys);
    case 'access.end':
    case 'access.withdraw':
    case 'access.lapse':
      return loadEnd(context, command, keys);
    case 'review.decide':
    case 'review.close':
    case 'review.fall-overdue':
    case 'review.archive':
      return loadReview(context, command, keys);
    default:
      return command satisfies never;
  }
}
