import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { useText } from '../../language/language.tsx';
import type { Times } from '../../language/times.ts';
import { useMedia } from '../../ui/use-media.ts';
import { type RowWindow, stretchesOf, windowOf } from './row-window.ts';
import type { TableMoment } from './table-order.ts';
import { TableRowLine } from './table-row.tsx';
import type { TableRow } from './table-rows.ts';
import { type TableColumn, type TableView, tableColumns } from './table-view.ts';
import type { useHeldRows } from './use-held-rows.ts';

/** The heights of a row in pixels, on a desk and as a card on a phone, as table.css has them. */
const heights = { desk: 49, phone: 132 };

interface FacilityTableProps {
  readonly rows: readonly TableRow[];
  readonly watch: ReturnType<typeof useHeldRows>['watch'];
  readonly view: TableView;
  readonly moment: TableMoment;
  readonly now: number;
  readonly times: Times;
  readonly onSort: (column: TableColumn) => void;
  readonly onOpen: (facility: string) => void;
}

/** The rows of a network, of which only those in sight are there: a country has too many for any browser. */
export function FacilityTable({ rows, watch, view, onSort, ...rest }: FacilityTableProps) {
  const t = useText();
  const phone = useMedia('(max-width: 720px)');
  const height = phone ? heights.phone : heights.desk;
  const scroller = useRef<HTMLElement>(null);
  const [shown, setShown] = useState<RowWindow>({ from: 0, to: 40 });
  const [reachedKey, setReachedKey] = useState<string>();
  const total = rows.length;
  const look = () => {
    const { scrollTop, clientHeight } = scroller.current ?? { scrollTop: 0, clientHeight: 0 };
    const next = windowOf(scrollTop, clientHeight, height, total);
    setShown((before) => (before.from === next.from && before.to === next.to ? before : next));
  };
  const looking = useRef(look);
  looking.current = look;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is in sight depends on how many rows there are and how high they are.
  useLayoutEffect(() => looking.current(), [total, height]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => looking.current());
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const found = reachedKey === undefined ? -1 : rows.findIndex(({ key }) => key === reachedKey);
  const reached = found < 0 ? 0 : found;
  const stretches = stretchesOf(shown, total, found < 0 ? undefined : found);

  function go(event: KeyboardEvent): void {
    const from =
      event.target instanceof Element
        ? Number(event.target.getAttribute('data-index') ?? Number.NaN)
        : Number.NaN;
    if (Number.isNaN(from)) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? height) / height) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -total,
      End: total,
    };
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const to = Math.max(0, Math.min(total - 1, from + by));
    setReachedKey(rows[to]?.key);
    // It has to be there before it can have the focus.
    requestAnimationFrame(() => {
      const button = scroller.current?.querySelector<HTMLElement>(`[data-index="${to}"]`);
      button?.focus({ preventScroll: true });
      button?.closest('tr')?.scrollIntoView({ block: 'nearest' });
    });
  }

  return (
    <section
      ref={scroller}
      className="ft-scroll"
      onScroll={look}
      aria-label={t('network.facilities')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a pointer.
      tabIndex={0}
      onPointerEnter={watch.onPointerEnter}
      onPointerLeave={watch.onPointerLeave}
      onPointerDown={watch.onPointerDown}
    >
      <table
        className="ft"
        aria-rowcount={total + 1}
        onKeyDown={go}
        onFocus={({ target }) => {
          const at = target.getAttribute('data-index');
          if (at === null) return;
          setReachedKey(rows[Number(at)]?.key);
          watch.onFocus();
        }}
        onBlur={watch.onBlur}
      >
        <thead>
          <tr aria-rowindex={1}>
            {tableColumns.map((column) => (
              <th
                key={column}
                scope="col"
                className={`ft-${column}`}
                aria-sort={
                  (view.sort ?? 'facility') === column ? (view.down ? 'descending' : 'ascending') : 'none'
                }
              >
                <button type="button" onClick={() => onSort(column)}>
                  {t(`table.column-${column}`)}
                  <span aria-hidden="true" className="ft-arrow">
                    {(view.sort ?? 'facility') === column ? (view.down ? '▼' : '▲') : ''}
                  </span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        {stretches.map((stretch) =>
          stretch.kind === 'gap' ? (
            <tbody key={`gap-${stretch.from}`} aria-hidden="true">
              <tr className="ft-gap">
                <td
                  colSpan={tableColumns.length}
                  style={{ blockSize: (stretch.to - stretch.from) * height }}
                />
              </tr>
            </tbody>
          ) : (
            // The rows in sight are one body however far the table is scrolled: they are not made anew.
            <tbody key={stretch.from === shown.from ? 'in-sight' : 'apart'}>
              {rows.slice(stretch.from, stretch.to).map((row, at) => (
                <TableRowLine
                  key={row.key}
                  row={row}
                  index={stretch.from + at}
                  reached={stretch.from + at === reached}
                  {...rest}
                />
              ))}
            </tbody>
          ),
        )}
      </table>
    </section>
  );
}
