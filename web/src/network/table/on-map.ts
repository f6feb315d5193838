import type { MapFacility } from '../../map/network-map.tsx';
import type { TableMoment } from './table-order.ts';
import { countOf, type TableRow } from './table-rows.ts';

/** The facilities of rows as a map shows them: each once, with the best that any of its rows has to give. */
export function onMap(rows: readonly TableRow[], { atMs }: TableMoment): MapFacility[] {
  const found = new Map<string, MapFacility>();
  for (const row of rows) {
    const { id, name, details } = row.facility;
    const { state } = countOf(row, atMs);
    const has = state === 'available' || state === 'limited' ? 'open' : state;
    const before = found.get(id);
    if (before === undefined || rank(has) < rank(before.has))
      found.set(id, { id, name, position: details?.position, has });
  }
  return [...found.values()];
}

function rank(has: MapFacility['has']): number {
  return ['open', 'full', 'unknown'].indexOf(has);
}
