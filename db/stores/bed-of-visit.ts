import { z } from 'zod';
import type { BedCommandOf } from '#domain/beds/commands.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { topicKind, viewFor } from '#domain/modules.ts';
import { accountGrantsSchema } from '../accounts.ts';
import type { StoreContext, StoreKeys } from '../store.ts';
import { identityOf } from './bed-rows.ts';

/** The bed in which a visit lies, with its name for those who see who lies in it. */
export interface VisitPlace {
  readonly bed: string;
  readonly name: string | undefined;
}

const facilityRowsSchema = z.array(z.object({ facility: z.string() }));
const bedRowsSchema = z.array(z.object({ id: z.string(), name: z.string(), path: z.array(z.string()) }));
const grantRowsSchema = z.array(z.object({ grants: accountGrantsSchema }));

/**
 * Where the visit lies whom somebody puts into a bed. The visit is locked first, as facts about it lock it: of two who put
 * it into two beds at once, the second sees where the first has put it. Sends its query before it first waits.
 */
export async function whereVisitLies(
  { org, connection }: StoreContext,
  { data }: BedCommandOf<'bed.occupy'>,
  { ring }: StoreKeys,
  by: Pick<Principal, 'kind' | 'id'>,
): Promise<VisitPlace | undefined> {
  // A visit number is unique in its facility, which only the bed's row tells.
  const beds = await connection`
    select facility from carewall.beds where org_id = ${org} and id = ${data.bed}`.execute();
  const [target] = facilityRowsSchema.parse(beds);
  const encounter = target && identityOf(ring, org, target.facility, data.visit, data.patient)?.encounter;
  if (data.visit === undefined || encounter === undefined) return undefined;
  const [, rows, held] = await Promise.all([
    connection`select pg_advisory_xact_lock(hashtextextended(${`${org} ${encounter}`}, 0))`.execute(),
    connection`
      select b.id, b.entity ->> 'name' as name, u.path
      from carewall.beds b join carewall.places u on u.org_id = b.org_id and u.id = b.unit
      where b.org_id = ${org} and b.encounter = ${encounter}
      order by b.id = ${data.bed} desc, b.id limit 1`.execute(),
    connection`
      select carewall.grants_of(${org}, ${by.kind === 'person' ? by.id : ''}) as grants`.execute(),
  ]);
  const [bed] = bedRowsSchema.parse(rows);
  if (bed === undefined) return undefined;
  const [{ grants = [] } = {}] = grantRowsSchema.parse(held);
  const topic = topicKind('unit/*/beds');
  const sees = topic !== undefined && viewFor(topic, grants, bed.path) === 'clinical';
  return { bed: bed.id, name: sees ? bed.name : undefined };
}
