import { z } from 'zod';
import type { BedInUnit } from '#domain/beds/change.ts';
import { bedMovedSchema, isBedMoved } from '#domain/beds/events.ts';
import { moveBed } from '#domain/beds/evolve.ts';
import { type Bed, bedSchema, claimedFor } from '#domain/beds/schema.ts';
import type { NewEvent } from '#domain/module.ts';
import { unitOf, unitRowSchema } from '../places.ts';
import type { StoreContext, StoreKeys, Write } from '../store.ts';
import type { Vault } from '../vault.ts';

/** A bed's row, with its unit's. */
export const bedRowsSchema = z.array(unitRowSchema.extend({ entity: z.unknown() }));
type BedRow = z.infer<typeof bedRowsSchema>[number];

/** Pseudonyms of a patient and a stay. Visit numbers are unique within a facility, record numbers within who assigns them. */
export function identityOf(
  ring: StoreKeys['ring'],
  org: string,
  facility: string,
  visit: string | undefined,
  patient: { mrn?: string | undefined; assigner?: string | undefined } | undefined,
): { subject: string; encounter: string } | undefined {
  const encounter = visit === undefined ? undefined : ring.pseudonym(org, 'visit', `${facility}|${visit}`);
  const mrn = patient?.mrn;
  const subject =
    mrn === undefined ? undefined : ring.pseudonym(org, 'mrn', `${patient?.assigner ?? facility}|${mrn}`);
  const either = encounter ?? subject;
  return either === undefined ? undefined : { subject: subject ?? either, encounter: either };
}

/** Beds as their rows have them, opened. */
export async function opened(vault: Vault, org: string, rows: readonly BedRow[]): Promise<BedInUnit[]> {
  const entities = await vault.open(
    org,
    rows.map(({ entity }) => ({ schema: bedSchema, value: entity })),
  );
  return rows.map((row, index) => ({ bed: bedSchema.parse(entities[index]), unit: unitOf(row) }));
}

/** Each bed that the events move, as they leave it. */
export function movedWrites(events: readonly NewEvent[], places: readonly BedInUnit[]): Write[] {
  const beds = new Map<string, Bed>();
  for (const event of events) {
    if (!isBedMoved(event.type)) continue;
    const moved = bedMovedSchema.parse(event.data);
    const before = beds.get(moved.bed) ?? places.find(({ bed }) => bed.id === moved.bed)?.bed;
    if (before === undefined) throw new Error('a decision moved a bed that was not loaded');
    beds.set(moved.bed, moveBed(before, moved));
  }
  return [...beds.values()].map((bed) => writeOf(bed, (save, sealed) => updateBed(save, bed, sealed)));
}

/** The row of a bed, to be written. */
export function writeOf(bed: Bed, save: Write['save']): Write {
  return { schema: bedSchema, value: bed, save };
}

/** Writes a bed that is there already. Sends its query before it first waits. */
export async function updateBed(
  { org, connection }: StoreContext,
  bed: Bed,
  sealed: Parameters<Write['save']>[1],
): Promise<unknown> {
  return connection`
    update carewall.beds set entity = ${connection.json(sealed)}, version = ${bed.version},
      encounter = ${bed.occupant?.encounter ?? null}, patient = ${bed.occupant?.subject ?? null},
      claim_until = ${bed.claim?.until ?? null}, claim_patient = ${bed.claim?.subject ?? null},
      claim_encounter = ${claimedFor(bed.claim) ?? null}
    where org_id = ${org} and id = ${bed.id}`.execute();
}
