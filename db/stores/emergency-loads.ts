import { z } from 'zod';
import { alertId } from '#domain/alerts/events.ts';
import { type Alert, type AlertReason, alertSchema } from '#domain/alerts/schema.ts';
import type { EmergencyCommandOf } from '#domain/emergency/commands.ts';
import { decideBreakGlass, decideEnd, type LiveAccess } from '#domain/emergency/decide-access.ts';
import { decideArchive, decideOverdue, decideReview } from '#domain/emergency/decide-review.ts';
import { type Review, reviewSchema } from '#domain/emergency/schema.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { isRelation } from '#domain/identity/roles.ts';
import { topicKind, viewFor } from '#domain/modules.ts';
import { accountGrantsSchema } from '../accounts.ts';
import { placePathOf, unitOf, unitRowSchema } from '../places.ts';
import type { Loaded, StoreContext, StoreKeys } from '../store.ts';
import type { Vault } from '../vault.ts';
import { reviewWrites } from './emergency-writes.ts';

const reviewsTopicKind = 'org/*/reviews';

const entityRowsSchema = z.array(z.object({ entity: z.unknown() }));
const accessRowsSchema = z.array(unitRowSchema.extend({ entity: z.unknown(), listed: z.boolean() }));

/**
 * What the decision to give emergency access needs. It is asked for where one has no right: the right to ask is held
 * wherever in the organisation one holds a role, so it is there that the command acts.
 */
export async function loadBreakGlass(
  { org, connection }: StoreContext,
  command: EmergencyCommandOf<'access.break-glass'>,
  by: Pick<Principal, 'kind' | 'id'>,
  { vault }: StoreKeys,
): Promise<Loaded> {
  const { access, unit: id } = command.data;
  const [units, held, taken, live, alerts, waiting] = await Promise.all([
    connection`
      select id as unit, name as unit_name, path, facility from carewall.places
      where org_id = ${org} and id = ${id} and kind = 'unit'`.execute(),
    connection`
      select coalesce(jsonb_agg(jsonb_build_object('role', role, 'place', place)), '[]') as grants
      from carewall.grants
      where org_id = ${org} and account = ${by.id} and (until is null or until > clock_timestamp())`.execute(),
    connection`
      select id from carewall.emergency_accesses where org_id = ${org} and id = ${access}`.execute(),
    connection`
      select entity from carewall.emergency_accesses
      where org_id = ${org} and account = ${by.id} and unit = ${id} and until is not null for update`.execute(),
    connection`
      select a.entity from carewall.alerts a
      join carewall.emergency_accesses e on e.org_id = a.org_id and e.id = a.about
      where a.org_id = ${org} and a.open and a.entity ->> 'reason' = 'emergency-access' and e.account = ${by.id} and e.unit = ${id} and e.until is not null
      for update of a`.execute(),
    connection`
      select count(*)::int as unreviewed from carewall.emergency_accesses
      where org_id = ${org} and account = ${by.id} and status = 'open'
        and began_at > clock_timestamp() - interval '1 day'`.execute(),
  ]);
  const [unit] = z.array(unitRowSchema).parse(units);
  if (unit === undefined) return nothing();
  const [{ grants = [] } = {}] = z.array(z.object({ grants: accountGrantsSchema })).parse(held);
  const [{ unreviewed = 0 } = {}] = z.array(z.object({ unreviewed: z.int() })).parse(waiting);
  const review = await openReview(vault, org, entityRowsSchema.parse(live)[0]?.entity);
  const beds = topicKind('unit/*/beds');
  const roles = grants.filter(({ role }) => !isRelation(role));
  const place = {
    org,
    unit: { id, name: unitOf(unit).name },
    sees: beds !== undefined && viewFor(beds, roles, placePathOf(unit)) === 'clinical',
    taken: taken.length > 0,
    live: review && { review, alert: alertOf(alerts) },
    unreviewed,
  };
  return {
    path: roles.map(({ place: where }) => where),
    topicKind: reviewsTopicKind,
    decide: (decision) => decideBreakGlass(place, command, decision),
    writes: reviewWrites,
  };
}

/** What the end of an emergency access needs: with it ends the right, which whoever is at work under it holds first. */
export async function loadEnd(
  { org, connection }: StoreContext,
  command: EmergencyCommandOf<'access.end' | 'access.withdraw' | 'access.lapse'>,
  { vault }: StoreKeys,
): Promise<Loaded> {
  const { access: id } = command.data;
  const [, found, alerts] = await Promise.all([
    connection`
      select 1 from carewall.grants g
      join carewall.emergency_accesses e on e.org_id = g.org_id and e.account = g.account and e.unit = g.place
      where g.org_id = ${org} and e.id = ${id} and e.until is not null and g.role = 'emergency' for update of g`.execute(),
    accessRows(connection, org, id),
    openAlert(connection, org, id, 'emergency-access'),
  ]);
  const [row] = accessRowsSchema.parse(found);
  const review = row && (await openReview(vault, org, row.entity));
  if (row === undefined || review === undefined) return nothing();
  const live: LiveAccess = { review, alert: alertOf(alerts) };
  const isOwn = command.type === 'access.end';
  return {
    path: isOwn ? [org, review.person.id] : placePathOf(row),
    topicKind: isOwn ? 'user/*' : reviewsTopicKind,
    version: review.version,
    decide: (decision) => decideEnd(org, live, endings[command.type], decision),
    writes: reviewWrites,
  };
}

const endings = {
  'access.end': 'given-back',
  'access.withdraw': 'withdrawn',
  'access.lapse': 'lapsed',
} as const;

/** What a decision about a review needs. */
export async function loadReview(
  { org, connection }: StoreContext,
  command: EmergencyCommandOf<'review.decide' | 'review.close' | 'review.fall-overdue' | 'review.archive'>,
  { vault }: StoreKeys,
): Promise<Loaded> {
  const { review: id } = command.data;
  const [rows, alerts] = await Promise.all([
    accessRows(connection, org, id),
    openAlert(connection, org, id, 'emergency-review-overdue'),
  ]);
  const [row] = accessRowsSchema.parse(rows);
  const review = row && (await openReview(vault, org, row.entity));
  if (row === undefined || review === undefined) return nothing();
  return {
    path: placePathOf(row),
    topicKind: reviewsTopicKind,
    version: review.version,
    decide(decision) {
      switch (command.type) {
        case 'review.fall-overdue':
          return decideOverdue(org, review, decision);
        case 'review.archive':
          return decideArchive(org, review, row.listed);
        default:
          return decideReview(org, { review, overdueAlert: alertOf(alerts) }, command, decision);
      }
    },
    writes: reviewWrites,
  };
}

function accessRows(connection: StoreContext['connection'], org: string, id: string) {
  return connection`
    select e.entity, e.listed, p.id as unit, p.name as unit_name, p.path, p.facility
    from carewall.emergency_accesses e join carewall.places p on p.org_id = e.org_id and p.id = e.unit
    where e.org_id = ${org} and e.id = ${id} for update of e`.execute();
}

function openAlert(connection: StoreContext['connection'], org: string, access: string, reason: AlertReason) {
  return connection`
    select entity from carewall.alerts
    where org_id = ${org} and id = ${alertId(access, reason)} and open for update`.execute();
}

async function openReview(vault: Vault, org: string, entity: unknown): Promise<Review | undefined> {
  if (entity === undefined) return undefined;
  const [review] = await vault.open(org, [{ schema: reviewSchema, value: entity }]);
  return reviewSchema.parse(review);
}

/** The open alert about an access: nothing in it is sealed. */
function alertOf(rows: unknown): Alert | undefined {
  const [row] = z.array(z.object({ entity: alertSchema })).parse(rows);
  return row?.entity;
}

function nothing(): Loaded {
  const none = () => {
    throw new Error('nothing is decided about what is not there');
  };
  return { path: undefined, topicKind: reviewsTopicKind, decide: none, writes: none };
}
