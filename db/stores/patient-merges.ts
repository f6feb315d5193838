import { z } from 'zod';
import type { BedFactOf } from '#domain/beds/fact-commands.ts';
import { type Merge, mergeSchema } from '#domain/beds/merges.ts';
import type { StoreContext, StoreKeys, Write } from '../store.ts';
import type { Vault } from '../vault.ts';
import { identityOf } from './bed-rows.ts';

/** A merge as it is stored, which always has its survivor. */
export type NumberedMerge = Merge;

const storedSchema = mergeSchema.extend({ subject: z.string() });
const rowsSchema = z.array(z.object({ entity: z.unknown() }));

/**
 * Reads the merges among the patients of these pseudonyms and whoever was merged with them. Sends its query before it first
 * waits.
 */
export async function loadMerges(
  { org, connection }: StoreContext,
  subjects: readonly string[],
): Promise<{ opened(vault: Vault): Promise<Merge[]> }> {
  const rows = await connection`
    select entity from carewall.patient_merges
    where org_id = ${org} and gone in (select s from carewall.merged_with(${org}, ${[...subjects]}) as s)`.execute();
  const found = rowsSchema.parse(rows);
  return {
    async opened(vault) {
      if (found.length === 0) return [];
      const entities = await vault.open(
        org,
        found.map(({ entity }) => ({ schema: mergeSchema, value: entity })),
      );
      return entities.map((entity) => storedSchema.parse(entity));
    },
  };
}

/** The merges that a fact states, by the pseudonyms of the patients. A number that names nobody else is its facility's. */
export function statedMerges(
  ring: StoreKeys['ring'],
  org: string,
  { data: { at, facility, merges } }: BedFactOf<'bed.record-merge'>,
): Merge[] {
  const subjectOf = (patient: Parameters<typeof identityOf>[4]) =>
    identityOf(ring, org, facility, undefined, patient)?.subject;
  return merges.flatMap(({ patient, gone }) => {
    const subject = subjectOf(patient);
    if (subject === undefined) return [];
    return gone.flatMap((number) => {
      const old = subjectOf(number);
      return old === undefined ? [] : [{ gone: old, subject, patient, at }];
    });
  });
}

/** The rows of merges. Of the same two patients the newest stands. */
export function mergeWrites(merges: readonly Merge[]): Write[] {
  return merges.map((merge) => ({
    schema: mergeSchema,
    value: merge,
    save: async ({ org, connection }, sealed) =>
      connection`
        insert into carewall.patient_merges (org_id, gone, survivor, at, entity)
        values (${org}, ${merge.gone}, ${merge.subject}, ${merge.at}, ${connection.json(sealed)})
        on conflict (org_id, gone, survivor) do update set at = excluded.at, entity = excluded.entity
          where carewall.patient_merges.at <= excluded.at`.execute(),
  }));
}
