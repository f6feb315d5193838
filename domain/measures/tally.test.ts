import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim, Isolation, Turnaround } from '../beds/schema.ts';
import { addTallies, bedClasses, type CountedBed, classOf, tally } from './tally.ts';

const by = { kind: 'person', id: 'n', name: 'Nurse' } as const;
const at = '2026-03-01T08:00:00.000Z';
const claim: Claim = { status: 'reserved', by, at, until: '2026-03-01T10:00:00.000Z' };
const cleaning = (status: Turnaround['status']): Turnaround => ({
  kind: 'cleaning',
  status,
  priority: 'routine',
  requestedAt: at,
  by,
});
const isolation: Isolation = { precaution: 'contact', since: at };

const anyBed: fc.Arbitrary<CountedBed> = fc
  .record({
    operationalStatus: fc.constantFrom('C', 'H', 'O', 'U', 'K'),
    claimed: fc.boolean(),
    isolated: fc.boolean(),
    kind: fc.constantFrom('cleaning', 'transport'),
    task: fc.option(
      fc.constantFrom('requested', 'accepted', 'in-progress', 'on-hold', 'completed', 'cancelled', 'failed'),
    ),
  })
  .map(({ operationalStatus, claimed, isolated, kind, task }) => ({
    operationalStatus,
    ...(claimed ? { claim } : {}),
    ...(isolated ? { isolation } : {}),
    ...(task === null ? {} : { turnaround: { ...cleaning(task), kind } }),
  }));

describe('what a bed counts as', () => {
  it.each<[string, CountedBed, string]>([
    ['unoccupied', { operationalStatus: 'U' }, 'free'],
    ['unoccupied after cleaning', { operationalStatus: 'U', turnaround: cleaning('completed') }, 'free'],
    ['isolated and empty', { operationalStatus: 'U', isolation }, 'free'],
    ['held', { operationalStatus: 'U', claim }, 'claimed'],
    [
      'reopened with its cleaning still asked for',
      { operationalStatus: 'U', turnaround: cleaning('requested') },
      'cleaning',
    ],
    ['with somebody in it', { operationalStatus: 'O' }, 'occupied'],
    ['being cleaned', { operationalStatus: 'H', turnaround: cleaning('in-progress') }, 'cleaning'],
    ['dirty with nobody asked', { operationalStatus: 'H' }, 'cleaning'],
    ['contaminated', { operationalStatus: 'K' }, 'contaminated'],
    ['closed', { operationalStatus: 'C' }, 'closed'],
  ])('a bed %s', (_, bed, expected) => {
    expect(classOf(bed)).toBe(expected);
  });

  it('never counts a claimed, dirty, occupied or closed bed as free', () => {
    fc.assert(
      fc.property(anyBed, (bed) => {
        if (classOf(bed) !== 'free') return;
        expect(bed.operationalStatus).toBe('U');
        expect(bed.claim).toBeUndefined();
      }),
    );
  });
});

describe('a tally', () => {
  it('counts each bed once, isolation beside', () => {
    const beds: CountedBed[] = [
      { operationalStatus: 'U' },
      { operationalStatus: 'U', claim },
      { operationalStatus: 'O', isolation },
      { operationalStatus: 'H' },
      { operationalStatus: 'K', isolation },
      { operationalStatus: 'C' },
    ];
    expect(tally(beds)).toEqual({
      free: 1,
      claimed: 1,
      occupied: 1,
      cleaning: 1,
      contaminated: 1,
      closed: 1,
      isolated: 2,
      beds: 6,
    });
  });

  it('adds up to the beds there are', () => {
    fc.assert(
      fc.property(fc.array(anyBed), (beds) => {
        const counts = tally(beds);
        expect(bedClasses.reduce((sum, name) => sum + counts[name], 0)).toBe(beds.length);
        expect(counts.beds).toBe(beds.length);
      }),
    );
  });

  it('of two places is the tally of their beds together', () => {
    fc.assert(
      fc.property(fc.array(anyBed), fc.array(anyBed), (a, b) => {
        expect(addTallies(tally(a), tally(b))).toEqual(tally([...a, ...b]));
      }),
    );
  });
});
