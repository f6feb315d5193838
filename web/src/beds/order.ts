import type { Bed } from '#domain/beds/schema.ts';
import { type BedClass, bedClasses, classOf } from '#domain/measures/tally.ts';
import type { BoardFilter, BoardOrder } from '../app/board-view.ts';

const byName = new Intl.Collator(undefined, { numeric: true });
/** First what can be given or must be seen to, last what waits for nobody. */
const statusOrder: readonly BedClass[] = [
  'free',
  'claimed',
  'contaminated',
  'cleaning',
  'occupied',
  'closed',
];

/** The beds that a filter keeps, in order. Equal ones stand by name, so that nothing jumps about. */
export function shownBeds(beds: Readonly<Record<string, Bed>>, show: BoardFilter, order: BoardOrder): Bed[] {
  return Object.values(beds)
    .filter((bed) => matches(bed, show))
    .sort((a, b) => compare(a, b, order) || byName.compare(a.name, b.name));
}

function matches(bed: Bed, show: BoardFilter): boolean {
  if (show === 'all') return true;
  return show === 'isolated' ? bed.isolation !== undefined : classOf(bed) === show;
}

function compare(a: Bed, b: Bed, order: BoardOrder): number {
  switch (order) {
    case 'name':
      return 0;
    case 'status':
      return statusOrder.indexOf(classOf(a)) - statusOrder.indexOf(classOf(b));
    case 'age':
      return a.asOf.localeCompare(b.asOf);
    default:
      return order satisfies never;
  }
}

export const filters: readonly BoardFilter[] = ['all', ...bedClasses, 'isolated'];
