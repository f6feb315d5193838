import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boardFreshness, confirmationLimitMs, freshnessOf, silenceLimitMs, worstOf } from './freshness.ts';

describe('freshness', () => {
  it.each([
    [0, 'fresh'],
    [1000, 'fresh'],
    [1001, 'ageing'],
    [2000, 'ageing'],
    [2001, 'stale'],
  ] as const)('at an age of %i with a limit of 1000 is %s', (age, expected) => {
    expect(freshnessOf(age, 1000)).toBe(expected);
  });

  it('only falls with age', () => {
    const rank = { fresh: 0, ageing: 1, stale: 2 };
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1 }), (age, more, limit) => {
        expect(rank[freshnessOf(age + more, limit)]).toBeGreaterThanOrEqual(rank[freshnessOf(age, limit)]);
      }),
    );
  });

  it('is the worst of what it rests on', () => {
    expect(worstOf('fresh', 'stale', 'ageing')).toBe('stale');
    expect(worstOf('fresh', 'ageing')).toBe('ageing');
    expect(worstOf()).toBe('fresh');
  });
});

describe('a board', () => {
  it('without the server having said anything is stale', () => {
    expect(boardFreshness({ confirmedMs: undefined, saidMs: 0 })).toBe('stale');
  });

  it('on which nothing changes is fresh while the server confirms it', () => {
    expect(boardFreshness({ confirmedMs: 2000, saidMs: silenceLimitMs })).toBe('fresh');
  });

  it('ages without confirmation, however lately somebody spoke', () => {
    expect(boardFreshness({ confirmedMs: confirmationLimitMs + 1, saidMs: 0 })).toBe('ageing');
    expect(boardFreshness({ confirmedMs: 2 * confirmationLimitMs + 1, saidMs: 0 })).toBe('stale');
  });

  it('ages when nobody says anything about the whole unit', () => {
    expect(boardFreshness({ confirmedMs: 0, saidMs: silenceLimitMs + 1 })).toBe('ageing');
    expect(boardFreshness({ confirmedMs: 0, saidMs: 2 * silenceLimitMs + 1 })).toBe('stale');
  });
});
