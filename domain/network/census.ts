import { z } from 'zod';
import { bedSchema, turnaroundSchema } from '../beds/schema.ts';
import { millis } from '../instant.ts';
import { occupancyOf } from '../measures/occupancy.ts';
import { addTallies, emptyTally, tally } from '../measures/tally.ts';
import { trendIsDue, withPoint } from '../measures/trend.ts';
import { turnaroundOf } from '../measures/turnaround.ts';
import type { DecisionContext } from '../module.ts';
import { same } from './changes.ts';
import type { BedTrend, TurnaroundCensus, UnitCensus } from './schema.ts';

/** A bed as its row holds it, without who lies there: what is sealed is not even looked at. */
export const countedBedSchema = bedSchema.pick({ operationalStatus: true, asOf: true, source: true }).extend({
  claim: z.unknown().optional(),
  isolation: z.unknown().optional(),
  turnaround: turnaroundSchema.pick({ kind: true, status: true }).optional(),
});
export type CountedBedRow = z.infer<typeof countedBedSchema>;

/** The census of a unit from its beds. The same again, version and all, where nothing counts differently. */
export function unitCensusOf(
  before: UnitCensus | undefined,
  unit: { readonly id: string; readonly name: string },
  beds: readonly CountedBedRow[],
  silence?: UnitCensus['silence'],
): UnitCensus | undefined {
  const [first] = beds;
  if (first === undefined) return before;
  const last = beds.reduce((latest, bed) => (bed.asOf > latest.asOf ? bed : latest), first);
  return renewed(before, {
    id: unit.id,
    name: unit.name,
    tally: tally(beds),
    ...(silence === undefined ? {} : { silence }),
    version: (before?.version ?? 0) + 1,
    asOf: last.asOf,
    source: last.source,
  });
}

/** The turnaround of a facility or a network, from how long each took. The same again where it measures the same. */
export function turnaroundCensusOf(
  before: TurnaroundCensus | undefined,
  lengthsMs: readonly number[],
  context: DecisionContext,
): TurnaroundCensus | undefined {
  const measure = turnaroundOf(lengthsMs);
  if (measure === undefined) return undefined;
  if (before !== undefined && same({ ...before, ...measure }, before)) return before;
  return { ...measure, version: (before?.version ?? 0) + 1, asOf: context.now, source: context.by };
}

/** From so many turnarounds on, one more moves the median by nothing that anybody would see. */
const manyTurnarounds = 1_000;
const manyRestMs = 60_000;

/**
 * Whether the turnaround of a network or a region is to be measured again: when a bed has become clean, but of a great
 * many not each time; and now and then besides, because those of a day ago no longer count.
 */
export function turnaroundIsDue(
  before: TurnaroundCensus | undefined,
  { finished, trendDue }: { readonly finished: boolean; readonly trendDue: boolean },
  context: DecisionContext,
): boolean {
  if (trendDue || !finished) return trendDue;
  return (
    before === undefined ||
    before.count < manyTurnarounds ||
    millis(context.now) - millis(before.asOf) >= manyRestMs
  );
}

/** The trend of a facility's beds, with a point for this step where there is none yet. */
export function bedTrendOf(
  before: BedTrend | undefined,
  units: readonly UnitCensus[],
  context: DecisionContext,
): BedTrend {
  if (before !== undefined && !trendIsDue(before.points, context.now)) return before;
  const total = units.reduce((sum, unit) => addTallies(sum, unit.tally), emptyTally);
  const { free, occupied } = total;
  const staffed = occupancyOf(total)?.staffed ?? 0;
  return {
    points: withPoint(before?.points ?? [], { at: context.now, free, occupied, staffed }),
    version: (before?.version ?? 0) + 1,
    asOf: context.now,
    source: context.by,
  };
}

/** What stood before where what is new differs in nothing but its version. */
function renewed<Entity extends { readonly version: number }>(
  before: Entity | undefined,
  next: Entity,
): Entity {
  return before !== undefined && same({ ...next, version: before.version }, before) ? before : next;
}
