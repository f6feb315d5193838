/** A stretch of a long table: rows that are there, or the room of rows that are not. */
export type Stretch =
  | { readonly kind: 'rows'; readonly from: number; readonly to: number }
  | { readonly kind: 'gap'; readonly from: number; readonly to: number };

/** Which rows a window over a table shows, from where to before where. */
export interface RowWindow {
  readonly from: number;
  readonly to: number;
}

/** How many rows beyond each edge are there already, so that a turn of the wheel finds them. */
const beyond = 12;
/** The window moves by so many rows at once: not every pixel of scrolling is work. */
const step = 6;

/** The rows that must be there where the table is scrolled by so many pixels. */
export function windowOf(scrolled: number, height: number, rowHeight: number, total: number): RowWindow {
  const first = Math.floor(Math.floor(scrolled / rowHeight) / step) * step;
  const count = Math.ceil(height / rowHeight) + step;
  const from = Math.max(0, Math.min(first, total) - beyond);
  return { from, to: Math.min(total, Math.max(first, 0) + count + beyond) };
}

/** The table as stretches. A row that has the focus stays there however far away it is: with it the focus would go. */
export function stretchesOf({ from, to }: RowWindow, total: number, focused: number | undefined): Stretch[] {
  const apart = focused !== undefined && focused >= 0 && focused < total && (focused < from || focused >= to);
  const shown = [{ from: Math.min(from, total), to: Math.min(to, total) }];
  if (apart) shown.push({ from: focused, to: focused + 1 });
  shown.sort((a, b) => a.from - b.from);
  const stretches: Stretch[] = [];
  let at = 0;
  for (const rows of shown) {
    if (rows.from > at) stretches.push({ kind: 'gap', from: at, to: rows.from });
    if (rows.to > rows.from) stretches.push({ kind: 'rows', ...rows });
    at = Math.max(at, rows.to);
  }
  if (at < total) stretches.push({ kind: 'gap', from: at, to: total });
  return stretches;
}
