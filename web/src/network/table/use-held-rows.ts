import { type FocusEvent, type PointerEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type HeldOrder, heldOrder } from './held-order.ts';
import type { TableRow } from './table-rows.ts';

/** How long nobody must have been at the table before its order changes again. */
const restMs = 1_000;
/** A finger that was lifted often comes back: whoever scrolls by touch lifts it each time. */
const touchRestMs = 4_000;

/** What keeps the rows where they are. */
type Hold = 'pointer' | 'touch' | 'focus';

/**
 * The rows in the order they are shown in: as wanted, or held in their places while a pointer is over the table, a
 * finger on it, or the focus in it. What the viewer asks for themselves (`asked`) is done at once.
 */
export function useHeldRows(
  all: readonly TableRow[],
  wanted: readonly TableRow[],
  asked: string,
): HeldOrder<TableRow> & {
  readonly apply: () => void;
  readonly watch: {
    readonly onPointerEnter: (event: PointerEvent) => void;
    readonly onPointerLeave: (event: PointerEvent) => void;
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onFocus: () => void;
    readonly onBlur: (event: FocusEvent) => void;
  };
} {
  const [held, setHeld] = useState<{ readonly asked: string; readonly rows: readonly TableRow[] }>();
  const holds = useRef(new Set<Hold>());
  const timers = useRef(new Map<Hold, ReturnType<typeof setTimeout>>());
  const shown = useRef(wanted);

  if (held !== undefined && held.asked !== asked) setHeld({ asked, rows: wanted });
  const base = held?.asked === asked ? held.rows : undefined;
  const order = useMemo(
    () =>
      base === undefined
        ? { rows: wanted, waiting: 0 }
        : heldOrder(base, new Map(all.map((row) => [row.key, row])), wanted),
    [base, all, wanted],
  );
  useEffect(() => {
    shown.current = order.rows;
    // What has come in at the end has its place from now on.
    if (base !== undefined && order.rows.length > base.length) setHeld({ asked, rows: order.rows });
  }, [order, base, asked]);
  useEffect(() => {
    const running = timers.current;
    return () => {
      for (const timer of running.values()) clearTimeout(timer);
    };
  }, []);

  const begin = useCallback(
    (hold: Hold) => {
      clearTimeout(timers.current.get(hold));
      if (holds.current.size === 0) setHeld({ asked, rows: shown.current });
      holds.current.add(hold);
    },
    [asked],
  );
  const end = useCallback((hold: Hold, afterMs: number) => {
    clearTimeout(timers.current.get(hold));
    const timer = setTimeout(() => {
      holds.current.delete(hold);
      if (holds.current.size === 0) setHeld(undefined);
    }, afterMs);
    timers.current.set(hold, timer);
  }, []);

  return {
    ...order,
    apply: () => setHeld((before) => before && { asked, rows: wanted }),
    watch: useMemo(
      () => ({
        onPointerEnter: ({ pointerType }) => {
          if (pointerType !== 'touch') begin('pointer');
        },
        onPointerLeave: ({ pointerType }) => {
          if (pointerType !== 'touch') end('pointer', restMs);
        },
        onPointerDown: ({ pointerType }) => {
          if (pointerType !== 'touch') return;
          begin('touch');
          end('touch', touchRestMs);
        },
        onFocus: () => begin('focus'),
        onBlur: ({ currentTarget, relatedTarget }) => {
          if (!currentTarget.contains(relatedTarget)) end('focus', restMs);
        },
      }),
      [begin, end],
    ),
  };
}
