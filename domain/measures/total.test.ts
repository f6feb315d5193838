import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyTally, type Tally } from './tally.ts';
import { type TotalInput, totalOf } from './total.ts';

const unit = (counts: Partial<Tally>): Tally => ({ ...emptyTally, ...counts });
const input: fc.Arbitrary<TotalInput> = fc.record({
  tally: fc.option(
    fc
      .record({ free: fc.nat(20), occupied: fc.nat(20), closed: fc.nat(5) })
      .map(({ free, occupied, closed }) => unit({ free, occupied, closed, beds: free + occupied + closed })),
    { nil: undefined },
  ),
  freshness: fc.constantFrom('fresh', 'ageing', 'stale'),
});

describe('a total', () => {
  it('leaves a stale unit out and counts its beds as unknown', () => {
    const total = totalOf([
      { tally: unit({ free: 18, occupied: 2, beds: 20 }), freshness: 'fresh' },
      { tally: unit({ free: 3, beds: 3 }), freshness: 'stale' },
      { tally: undefined, freshness: 'stale' },
    ]);
    expect(total).toMatchObject({ known: { free: 18, beds: 20 }, unknownBeds: 3, unheardUnits: 1 });
    expect(total.occupancy).toMatchObject({ low: 2 / 23, high: 5 / 23 });
  });

  it('keeps an ageing unit', () => {
    expect(totalOf([{ tally: unit({ free: 1, beds: 1 }), freshness: 'ageing' }]).known.free).toBe(1);
  });

  it('accounts for every bed and every unit', () => {
    fc.assert(
      fc.property(fc.array(input), (units) => {
        const total = totalOf(units);
        const beds = units.reduce((sum, { tally }) => sum + (tally?.beds ?? 0), 0);
        expect(total.known.beds + total.unknownBeds).toBe(beds);
        expect(total.unheardUnits).toBe(units.filter(({ tally }) => tally === undefined).length);
      }),
    );
  });
});
