import { z } from 'zod';
import { presenceSchema } from '#domain/feeds/schema.ts';
import { worstSilence } from '#domain/feeds/silence.ts';
import type { UnitCensus } from '#domain/network/schema.ts';
import type { StoreContext } from '../store.ts';

/** The units of which a feed that is silent has spoken, each with the silence that makes it stale first. */
export async function silencesOf(
  { org, connection }: StoreContext,
  units: readonly string[],
): Promise<Map<string, NonNullable<UnitCensus['silence']>>> {
  const rows = z.array(z.object({ unit: z.string(), entity: presenceSchema })).parse(
    await connection`
      select unit, entity from carewall.feed_units
      where org_id = ${org} and unit = any(${[...units]}::text[]) and entity ? 'silentSince'
      order by unit, feed`.execute(),
  );
  const silences = new Map<string, NonNullable<UnitCensus['silence']>>();
  for (const unit of new Set(rows.map((row) => row.unit))) {
    const worst = worstSilence(rows.filter((row) => row.unit === unit).map(({ entity }) => entity));
    if (worst !== undefined)
      silences.set(unit, { since: worst.silentSince, limitMinutes: worst.limitMinutes });
  }
  return silences;
}
