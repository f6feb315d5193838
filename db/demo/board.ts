import { z } from 'zod';
import { type Bed, bedSchema } from '#domain/beds/schema.ts';
import type { Database } from '../connect.ts';
import { snapshotOf } from '../transaction.ts';
import type { Vault } from '../vault.ts';

/** Every bed of some units as the board has it, with who is in it. */
export async function readBoard(
  sqlApp: Database,
  vault: Vault,
  org: string,
  units: readonly string[],
): Promise<Bed[]> {
  const rows = await snapshotOf(sqlApp, org, (connection) =>
    connection`select entity from carewall.beds where org_id = ${org} and unit = any(${[...units]}) order by id`.execute(),
  );
  const entities = z.array(z.object({ entity: z.unknown() })).parse(rows);
  const opened = await vault.open(
    org,
    entities.map(({ entity }) => ({ schema: bedSchema, value: entity })),
  );
  return z.array(bedSchema).parse(opened);
}
