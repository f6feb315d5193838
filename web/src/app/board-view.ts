import { type BedClass, bedClasses } from '#domain/measures/tally.ts';

export const boardFilters = ['all', ...bedClasses, 'isolated'] as const satisfies readonly (
  | BedClass
  | 'all'
  | 'isolated'
)[];
export type BoardFilter = (typeof boardFilters)[number];
export const boardOrders = ['name', 'status', 'age'] as const;
export type BoardOrder = (typeof boardOrders)[number];

/** What of a bed board is shown, as its address says it: it can be sent to somebody, and Back closes a bed. */
export interface BoardView {
  readonly bed?: string;
  readonly show?: BoardFilter;
  readonly order?: BoardOrder;
}

/** Reads the view from an address; what makes no sense there is left out. */
export function readBoardView(search: Readonly<Record<string, unknown>>): BoardView {
  const show = boardFilters.find((one) => one === search.show);
  const order = boardOrders.find((one) => one === search.order);
  const bed = search.bed;
  return {
    // The router reads `?bed=12` as a number.
    ...(typeof bed === 'string' || typeof bed === 'number' ? { bed: String(bed) } : {}),
    ...(show === undefined || show === 'all' ? {} : { show }),
    ...(order === undefined || order === 'name' ? {} : { order }),
  };
}
