import { type Instant, millis } from '#domain/instant.ts';
import { type Freshness, freshnessOf, silenceLimitMs } from '#domain/measures/freshness.ts';
import { type LevelOfCare, levelsOfCare } from '#domain/network/levels.ts';
import { bedTotal } from '#domain/network/network.ts';
import type { AttestedLevel } from '#domain/network/schema.ts';
import { availableFree, availableShare, type ShownState, shownAs } from '#domain/network/shown.ts';
import type { Source } from '#domain/source.ts';
import type { ShownFacility } from '../network-reading.ts';

/** A level of care, the beds that are known one by one, or, where nobody has said anything, nothing. */
export type RowCare = LevelOfCare | 'live' | 'none';

/** What a facility has at one level of care. */
export interface TableRow {
  readonly key: string;
  readonly facility: ShownFacility;
  readonly care: RowCare;
  readonly level: AttestedLevel | undefined;
  /** What the count says until it runs out, and then. Read for every row each second. */
  readonly counted:
    | { readonly untilMs: number; readonly before: RowCount; readonly after: RowCount }
    | undefined;
  /** When it was said; of several units the longest silence counts. */
  readonly said: { readonly atMs: number; readonly asOf: Instant; readonly source: Source } | undefined;
  /** What it is found by. */
  readonly text: string;
}

/** What can be had in a row at a moment. */
export interface RowCount {
  readonly state: ShownState;
  readonly available: number | undefined;
  readonly capacity: number | undefined;
}

/** Text as it is searched: without case and without the marks that a foreign keyboard lacks. */
export function searched(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase();
}

/** The rows of facilities. What has not changed since the last time is not made anew. */
export function createTableRows(): (facilities: readonly ShownFacility[]) => TableRow[] {
  const made = new WeakMap<ShownFacility, readonly TableRow[]>();
  return (facilities) => {
    const rows: TableRow[] = [];
    for (const facility of facilities) {
      const own = made.get(facility) ?? rowsOf(facility);
      made.set(facility, own);
      rows.push(...own);
    }
    return rows;
  };
}

function rowsOf(facility: ShownFacility): TableRow[] {
  const { id, name, details } = facility;
  const text = searched(
    [name, details?.type, details?.region?.name].filter((part) => part !== undefined).join(' '),
  );
  const row = (care: RowCare, level?: AttestedLevel, said?: { asOf: Instant; source: Source }): TableRow => ({
    key: `${id}/${care}`,
    facility,
    care,
    level,
    counted: level && countedOf(level),
    said: said && { atMs: millis(said.asOf), asOf: said.asOf, source: said.source },
    text,
  });
  const [first, ...others] = Object.values(facility.units);
  const longest = others.reduce(
    (old, unit) => (old !== undefined && old.asOf <= unit.asOf ? old : unit),
    first,
  );
  const rows = [
    ...(longest === undefined ? [] : [row('live', undefined, longest)]),
    ...levelsOfCare.flatMap((care) => {
      const level = facility.levels[care];
      return level === undefined ? [] : [row(care, level, level)];
    }),
  ];
  return rows.length === 0 ? [row('none')] : rows;
}

function countedOf(level: AttestedLevel): NonNullable<TableRow['counted']> {
  const { available, capacity } = level;
  const untilMs = millis(level.validUntil);
  const at = (ms: number) => ({ state: shownAs(level, ms), available, capacity });
  return { untilMs, before: at(untilMs - 1), after: at(untilMs) };
}

/** What can be had in a row at a moment: nothing is known of what has run out, or of units that have gone silent. */
export function countOf({ care, counted, facility }: TableRow, atMs: number): RowCount {
  if (counted !== undefined) return atMs < counted.untilMs ? counted.before : counted.after;
  if (care === 'none') return { state: 'unknown', available: undefined, capacity: undefined };
  const { known } = bedTotal(Object.values(facility.units), atMs);
  const staffed = known.beds - known.closed;
  return { state: liveState(known.beds, known.free, staffed), available: known.free, capacity: staffed };
}

/** Live beds by the rule for counts, so that a column of both means one thing. */
function liveState(known: number, free: number, staffed: number): ShownState {
  if (known === 0) return 'unknown';
  if (free === 0) return 'full';
  return free > availableFree && free > availableShare * staffed ? 'available' : 'limited';
}

/** How far a row can be relied on at a moment: a count by its validity, live beds by how long a unit may be silent. */
export function rowFreshness(row: TableRow, atMs: number): Freshness | 'unknown' {
  if (row.said === undefined || countOf(row, atMs).state === 'unknown') return 'unknown';
  const limitMs = row.level === undefined ? silenceLimitMs : row.level.validForMinutes * 60_000;
  return freshnessOf(atMs - row.said.atMs, limitMs);
}
