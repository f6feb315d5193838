import type { AvailableTotal } from '#domain/measures/available.ts';
import type { CareGroup } from '#domain/network/levels.ts';
import { levelsOfGroups, levelTotal } from '#domain/network/network.ts';
import type { ShownFacility } from './network-reading.ts';

/** What the facilities of one region have to give together. */
export interface RegionTotals {
  /** Nothing for those that stand in no region. */
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly facilities: number;
  readonly groups: Readonly<Partial<Record<CareGroup, AvailableTotal>>>;
}

const byName = new Intl.Collator(undefined, { numeric: true });

/** The regions of a network by name, those in none last. What may not be relied on `at` a moment is unknown. */
export function regionTotals(facilities: readonly ShownFacility[], at: number): RegionTotals[] {
  const regions = new Map<string | undefined, { name: string | undefined; facilities: ShownFacility[] }>();
  for (const facility of facilities) {
    const { id, name } = facility.details?.region ?? {};
    const region = regions.get(id) ?? { name, facilities: [] };
    regions.set(id, region);
    region.facilities.push(facility);
  }
  return [...regions]
    .map(([id, region]) => ({
      id,
      name: region.name,
      facilities: region.facilities.length,
      groups: Object.fromEntries(
        levelsOfGroups(region.facilities).map(({ group, levels }) => [group, levelTotal(levels, at)]),
      ),
    }))
    .sort(
      (a, b) =>
        Number(a.id === undefined) - Number(b.id === undefined) || byName.compare(a.name ?? '', b.name ?? ''),
    );
}
