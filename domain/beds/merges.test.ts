import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Merge, survivorOf, withMerges } from './merges.ts';
import { at, type Board, emptyBoard, location, tell } from './testing/board.ts';

const patient = (mrn: string) => ({ mrn, family: `F-${mrn}` });
const admit = (board: Board, visit: string, mrn: string, where: number, minute: number) =>
  tell(board, 'bed.record-admission', {
    patient: patient(mrn),
    visit,
    location: location(where),
    at: at(minute),
  }).board;
const merge = (board: Board, gone: string, into: string, minute: number) =>
  tell(board, 'bed.record-merge', {
    at: at(minute),
    facility: 'RGH',
    merges: [{ patient: patient(into), gone: [{ mrn: gone }] }],
  });
const bedOf = (board: Board, id: string) => board.beds.beds[id];

describe('a merge', () => {
  test('reaches whoever lies in a bed, whom one is planned for, and whom an open alert is about', () => {
    let board = admit(emptyBoard(), 'V1', 'A', 1, 1);
    board = tell(board, 'bed.record-preadmission', {
      patient: patient('A'),
      visit: 'V2',
      location: location(2),
      at: at(1),
      until: at(2000),
    }).board;
    board = tell(board, 'bed.record-status', { location: location(1), status: 'U', at: at(2) }).board;
    board = admit(board, 'V1', 'A', 1, 3);
    const before = bedOf(board, 'b1');
    const told = merge(board, 'A', 'B', 4);
    expect(bedOf(told.board, 'b1')).toMatchObject({
      occupant: { subject: 's-B', visit: 'V1', patient: patient('B') },
      asOf: before?.asOf,
      heard: before?.heard,
    });
    expect(bedOf(told.board, 'b2')?.claim).toMatchObject({ subject: 's-B', encounter: 'e-V2' });
    expect(told.board.alerts['b1.left-without-discharge']).toMatchObject({ subject: 's-B', visit: 'V1' });
  });

  test('INV-5.7 holds for whatever is said later under the number that is gone', () => {
    const merged = merge(emptyBoard(), 'A', 'B', 4).board;
    const board = admit(merged, 'V1', 'A', 1, 5);
    expect(bedOf(board, 'b1')?.occupant).toMatchObject({ subject: 's-B', patient: { mrn: 'B' } });
  });

  test('that comes twice changes nothing the second time', () => {
    const once = merge(admit(emptyBoard(), 'V1', 'A', 1, 1), 'A', 'B', 4).board;
    const twice = merge(once, 'A', 'B', 4);
    expect(twice.events).toEqual([]);
    expect(twice.board).toEqual(once);
  });

  test('INV-5.7 and others, in whatever order, before or after the admissions, end the same', () => {
    const numbers = fc.constantFrom('A', 'B', 'C', 'D');
    const anyMerge = fc.record({ gone: numbers, into: numbers, minute: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(
        fc
          .array(anyMerge, { minLength: 1, maxLength: 6 })
          .chain((merges) =>
            fc.tuple(
              fc.constant(merges),
              fc.shuffledSubarray(merges, { minLength: merges.length }),
              fc.nat(merges.length),
            ),
          ),
        ([merges, shuffled, admittedAfter]) => {
          const end = (order: typeof merges, admitted: number) => {
            let board = emptyBoard();
            const lie = () => {
              board = admit(board, 'V1', 'A', 1, 20);
              board = admit(board, 'V2', 'C', 2, 20);
            };
            order.forEach(({ gone, into, minute }, index) => {
              if (index === admitted) lie();
              board = merge(board, gone, into, minute).board;
            });
            if (admitted >= order.length) lie();
            return ['b1', 'b2'].map((id) => [
              bedOf(board, id)?.occupant?.subject,
              bedOf(board, id)?.occupant?.patient,
            ]);
          };
          expect(end(shuffled, admittedAfter)).toEqual(end(merges, 0));
        },
      ),
    );
  });
});

test('who survives follows from the set of merges', () => {
  const stated = (gone: string, subject: string, minute: number): Merge => ({
    gone,
    subject,
    patient: { mrn: subject },
    at: at(minute),
  });
  const chain = [stated('B', 'C', 1), stated('A', 'B', 2)];
  expect(survivorOf(chain, 'A')).toEqual({ subject: 'C', patient: { mrn: 'C' } });
  expect(survivorOf(chain, 'Z')).toEqual({ subject: 'Z' });
  expect(survivorOf([stated('A', 'B', 1), stated('B', 'A', 2)], 'B').subject).toBe('A');
  expect(survivorOf([stated('A', 'B', 3), stated('A', 'C', 2)], 'C').subject).toBe('B');
  expect(withMerges([], [stated('A', 'A', 1)])).toEqual([]);
});
