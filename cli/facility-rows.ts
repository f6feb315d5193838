import type { Issue } from '#domain/errors.ts';
import { type RegisterFacility, registerFacilitySchema } from '#domain/network/facility-commands.ts';
import type { LevelOfCare } from '#domain/network/levels.ts';
import type { BedsFrom, FacilityMap } from './facility-map.ts';

export type Registration = RegisterFacility['data'];
type Count = NonNullable<Registration['counts']>[number];

/** A row by the names of its columns. */
export type Row = ReadonlyMap<string, string>;

export type ReadRow =
  | { readonly ok: true; readonly data: Registration }
  | { readonly ok: false; readonly facility: string; readonly issues: readonly Issue[] };

/** Beds of one level as a row tells of them. What nobody says is not there: it is never taken for none. */
interface Beds {
  readonly level: LevelOfCare;
  readonly capacity: number;
  readonly available: number | undefined;
  readonly validForMinutes: number | undefined;
}

/** The registration that a row comes to. What the row leaves empty is not said. */
export function readFacilityRow(row: Row, map: FacilityMap, asOf: string): ReadRow {
  const issues: Issue[] = [];
  const fault = (path: string, message: string) => {
    issues.push({ path, message });
  };
  const text = (column: string | undefined) => {
    const value = column === undefined ? undefined : row.get(column)?.trim();
    if (column !== undefined && value?.includes('\uFFFD')) fault(column, 'is not UTF-8');
    return value === '' ? undefined : value;
  };
  const number = (column: string | undefined) => {
    const written = text(column);
    if (column === undefined || written === undefined) return undefined;
    const value = /^[+-]?\d{1,15}(\.\d{1,20})?$/.test(written) ? Number(written) : Number.NaN;
    if (!Number.isNaN(value)) return value;
    fault(column, 'is not a number');
    return undefined;
  };
  const count = (column: string | undefined) => {
    const value = number(column);
    if (column === undefined || value === undefined) return undefined;
    if (Number.isInteger(value) && value >= 0) return value;
    fault(column, 'is not a number of beds');
    return undefined;
  };

  function levelOf(level: BedsFrom['level']): LevelOfCare | undefined {
    if (typeof level === 'string') return level;
    const found = level.values[text(level.column) ?? ''] ?? level.otherwise;
    if (found === undefined) fault(level.column, 'is of no level of care that the map names');
    return found;
  }

  function bedsOf(from: BedsFrom): Beds | undefined {
    const capacity = count(from.capacity);
    const said = count(from.available);
    const rate = number(from.occupancy);
    if (from.occupancy !== undefined && rate !== undefined && rate < 0)
      fault(from.occupancy, 'is less than none');
    if (capacity === undefined) return undefined;
    if (from.available !== undefined && said !== undefined && said > capacity) {
      fault(from.available, 'is more than the capacity');
    }
    const level = levelOf(from.level);
    if (level === undefined) return undefined;
    const { validForMinutes } = from;
    // Where there are no beds none is available, whether somebody says so or not.
    const available =
      said ??
      (capacity === 0
        ? 0
        : rate === undefined
          ? undefined
          : capacity - Math.round(capacity * Math.min(1, rate)));
    return { level, capacity, available, validForMinutes };
  }

  function countsOf({ includes = [], ...from }: NonNullable<FacilityMap['counts']>[number]): Beds[] {
    const whole = bedsOf(from);
    const parts = includes.flatMap((one) => bedsOf(one) ?? []).filter(({ capacity }) => capacity > 0);
    if (whole === undefined) return parts;
    const capacity = whole.capacity - sum(parts.map((part) => part.capacity));
    if (capacity < 0) {
      fault(from.capacity, 'is less than the beds that are counted among them');
      return [];
    }
    return [{ ...whole, capacity, available: remaining(whole, parts, capacity) }, ...parts];
  }

  const region = map.region && text(map.region.column);
  const [latitude, longitude] = [number(map.latitude), number(map.longitude)];
  const counts = (map.counts ?? []).flatMap(countsOf).map(
    ({ available, validForMinutes, ...beds }): Count => ({
      ...beds,
      ...(available === undefined ? {} : { available }),
      ...(validForMinutes === undefined ? {} : { validForMinutes }),
    }),
  );
  const id = text(map.facility.column);
  const said = {
    facility: id === undefined ? undefined : idFrom(id, map.facility.prefix),
    name: text(map.name),
    type: text(map.type),
    code: text(map.code),
    timezone: text(map.timezone),
    position: latitude === undefined && longitude === undefined ? undefined : { latitude, longitude },
    region:
      map.region && region !== undefined
        ? { id: idFrom(region, map.region.prefix), name: map.region.names?.[region] ?? region }
        : undefined,
    counts: counts.length === 0 ? undefined : counts,
    asOf,
  };
  if (id === undefined) fault(map.facility.column, 'is empty');
  if (said.name === undefined) fault(map.name, 'is empty');
  const parsed = registerFacilitySchema.safeParse({ type: 'facility.register', data: said });
  if (parsed.success && issues.length === 0) return { ok: true, data: parsed.data.data };
  if (!parsed.success && issues.length === 0) {
    for (const { path, message } of parsed.error.issues) fault(path.map(String).join('.'), message);
  }
  return { ok: false, facility: said.facility ?? '', issues };
}

/** How many of the beds are left when parts of them are taken off; unknown where any of it is, or where it cannot be. */
function remaining(whole: Beds, parts: readonly Beds[], capacity: number): number | undefined {
  if (capacity === 0) return 0;
  if (whole.available === undefined || parts.some(({ available }) => available === undefined))
    return undefined;
  const occupied = (beds: Beds) => beds.capacity - (beds.available ?? 0);
  const rest = occupied(whole) - sum(parts.map(occupied));
  return rest < 0 ? undefined : Math.max(0, capacity - rest);
}

function idFrom(value: string, prefix: string | undefined): string {
  const plain = value
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return prefix === undefined ? plain : `${prefix}-${plain}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
