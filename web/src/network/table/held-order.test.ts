import fc from 'fast-check';
import { expect, it } from 'vitest';
import { heldOrder, longestRise } from './held-order.ts';
import { stretchesOf, windowOf } from './row-window.ts';

const keys = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { maxLength: 30 });
const row = (key: number, version = 0) => ({ key: String(key), version });

it('moves, drops and doubles nothing while it is held, and is right when it is let go', () => {
  fc.assert(
    fc.property(keys, keys, keys, (before, there, asked) => {
      const current = new Map(there.map((key) => [String(key), row(key, 1)]));
      const wanted = asked.filter((key) => current.has(String(key))).map((key) => row(key, 1));
      const held = before.map((key) => row(key));
      const { rows, waiting } = heldOrder(held, current, wanted);
      expect(rows.slice(0, held.length).map(({ key }) => key)).toEqual(held.map(({ key }) => key));
      expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
      // Each as it is now, and those that came in stand at the end.
      for (const one of rows) expect(one.version).toBe(current.has(one.key) ? 1 : 0);
      for (const { key } of wanted) expect(rows.map((one) => one.key)).toContain(key);
      expect(waiting === 0).toBe(
        JSON.stringify(held.map(({ key }) => key)) === JSON.stringify(wanted.map(({ key }) => key)),
      );
      // Let go, and held again at once: nothing waits any more.
      expect(heldOrder(wanted, current, wanted)).toEqual({ rows: wanted, waiting: 0 });
    }),
  );
});

it('counts one row that moved as one change, however far it went', () => {
  const held = [0, 1, 2, 3, 4].map((key) => row(key));
  const wanted = [1, 2, 3, 4, 0].map((key) => row(key));
  expect(heldOrder(held, new Map(held.map((one) => [one.key, one])), wanted).waiting).toBe(1);
});

it('finds the longest rise', () => {
  expect(longestRise([])).toBe(0);
  expect(longestRise([3, 1, 2, 5, 4])).toBe(3);
  fc.assert(
    fc.property(keys, (numbers) => {
      let best = 0;
      const longest: number[] = [];
      numbers.forEach((one, at) => {
        longest[at] =
          1 + Math.max(0, ...numbers.slice(0, at).map((other, to) => (other < one ? (longest[to] ?? 0) : 0)));
        best = Math.max(best, longest[at] ?? 0);
      });
      expect(longestRise(numbers)).toBe(best);
    }),
  );
});

it('a window shows every row in sight, and its stretches are the whole table once', () => {
  const sizes = fc.record({
    total: fc.integer({ min: 0, max: 20_000 }),
    scrolled: fc.integer({ min: 0, max: 1_200_000 }),
    height: fc.integer({ min: 1, max: 2_000 }),
    rowHeight: fc.integer({ min: 20, max: 150 }),
    focused: fc.option(fc.integer({ min: -1, max: 20_001 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(sizes, ({ total, scrolled, height, rowHeight, focused }) => {
      const shown = windowOf(scrolled, height, rowHeight, total);
      const stretches = stretchesOf(shown, total, focused);
      let at = 0;
      for (const { from, to } of stretches) {
        expect(from).toBe(at);
        expect(to).toBeGreaterThan(from);
        at = to;
      }
      expect(at).toBe(total);
      const there = (index: number) =>
        stretches.some(({ kind, from, to }) => kind === 'rows' && from <= index && index < to);
      const first = Math.floor(scrolled / rowHeight);
      const last = Math.ceil((scrolled + height) / rowHeight);
      for (let index = first; index < Math.min(last, total); index += 1) expect(there(index)).toBe(true);
      if (focused !== undefined && focused >= 0 && focused < total) expect(there(focused)).toBe(true);
    }),
  );
});
