import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { occupancyOf } from './occupancy.ts';

const counts = fc
  .record({ occupied: fc.nat(60), closed: fc.nat(20), others: fc.nat(40) })
  .map(({ occupied, closed, others }) => ({ occupied, closed, beds: occupied + closed + others }));

describe('occupancy', () => {
  it('is occupied ÷ staffed, closed beds being unstaffed', () => {
    expect(occupancyOf({ occupied: 14, closed: 3, beds: 20 })).toEqual({
      occupied: 14,
      staffed: 17,
      low: 14 / 17,
      high: 14 / 17,
    });
  });

  it('is an interval where inputs are unknown', () => {
    expect(occupancyOf({ occupied: 6, closed: 0, beds: 10 }, 10)).toMatchObject({ low: 0.3, high: 0.8 });
  });

  it('does not exist without a staffed bed', () => {
    expect(occupancyOf({ occupied: 0, closed: 4, beds: 4 })).toBeUndefined();
  });

  it('holds whatever the unknown beds turn out to be', () => {
    fc.assert(
      fc.property(counts, fc.nat(30), fc.nat(30), fc.nat(30), (known, occupied, closed, others) => {
        const range = occupancyOf(known, occupied + closed + others);
        const truth = occupancyOf({
          occupied: known.occupied + occupied,
          closed: known.closed + closed,
          beds: known.beds + occupied + closed + others,
        });
        if (range === undefined || truth === undefined) return;
        expect(truth.low).toBeGreaterThanOrEqual(range.low - 1e-12);
        expect(truth.high).toBeLessThanOrEqual(range.high + 1e-12);
      }),
    );
  });
});
