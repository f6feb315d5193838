import { describe, expect, test } from 'vitest';
import { bedStatusCodes } from './schema.ts';
import { at, type Board, emptyBoard, feed, location, otherFeed, tell, waitingRoom } from './testing/board.ts';

const stay = (visit: string, where: number | typeof waitingRoom, minute: number) => ({
  patient: { mrn: `M-${visit}`, family: 'Family' },
  visit,
  location: typeof where === 'number' ? location(where) : where,
  at: at(minute),
});

/** Tells facts one after the other: what, of whom, where, when. */
type Fact = readonly [string, string, number | typeof waitingRoom, number];
const having = (...facts: readonly Fact[]) =>
  facts.reduce<Board>(
    (board, [type, visit, where, minute]) =>
      tell(board, `bed.record-${type}`, stay(visit, where, minute)).board,
    emptyBoard(),
  );
const bedOf = (board: Board, id: string) => board.beds.beds[id];
const reasons = (board: Board) =>
  Object.values(board.alerts)
    .map(({ id }) => id)
    .sort();

describe('a stay', () => {
  test('an admission fills the bed; a discharge leaves it to be cleaned', () => {
    const admitted = having(['admission', 'V1', 1, 5]);
    expect(bedOf(admitted, 'b1')).toMatchObject({
      operationalStatus: 'O',
      occupant: { visit: 'V1', since: at(5) },
      asOf: at(5),
      source: feed,
    });
    const left = having(['admission', 'V1', 1, 5], ['discharge', 'V1', 1, 9]);
    expect(bedOf(left, 'b1')).toMatchObject({ operationalStatus: 'H', turnaround: { status: 'requested' } });
    expect(bedOf(left, 'b1')?.occupant).toBeUndefined();
  });

  test('an admission into a bed held for another wins, ends the claim and raises an alert with an owner', () => {
    const held = tell(emptyBoard(), 'bed.claim', { bed: 'b1', visit: 'V1' }).board;
    const { board } = tell(held, 'bed.record-admission', stay('V2', 1, 5));
    expect(bedOf(board, 'b1')).toMatchObject({ operationalStatus: 'O', occupant: { visit: 'V2' } });
    expect(bedOf(board, 'b1')?.claim).toBeUndefined();
    expect(board.alerts).toMatchObject({ 'b1.claim-overruled': { owner: 'nurse', visit: 'V1' } });
  });

  test('an admission of whom the bed was held for raises none', () => {
    const held = tell(emptyBoard(), 'bed.claim', { bed: 'b1', visit: 'V1' }).board;
    expect(tell(held, 'bed.record-admission', stay('V1', 1, 5)).types).toEqual(['bed.occupied']);
  });

  test('a transfer fills one bed and leaves the other', () => {
    const { board, types } = tell(having(['admission', 'V1', 1, 5]), 'bed.record-transfer', {
      ...stay('V1', 2, 6),
      from: location(1),
    });
    expect([bedOf(board, 'b1')?.operationalStatus, bedOf(board, 'b2')?.operationalStatus]).toEqual([
      'H',
      'O',
    ]);
    expect(types).toEqual(['bed.vacated', 'bed.occupied']);
  });

  test.each(['transfer', 'admission'])('a %s to a place without beds leaves the bed', (type) => {
    const board = having(['admission', 'V1', 1, 5], [type, 'V1', waitingRoom, 6]);
    expect(bedOf(board, 'b1')).toMatchObject({ operationalStatus: 'H' });
    expect(reasons(board)).toEqual(type === 'admission' ? ['b1.occupied-elsewhere'] : []);
  });

  test('a visit in a place without beds concerns no bed', () => {
    const { decision, events } = tell(emptyBoard(), 'bed.record-admission', stay('V1', waitingRoom, 5));
    expect(decision.ok).toBe(true);
    expect(events).toEqual([]);
  });

  test('an unknown bed is the only reason to refuse', () => {
    for (const type of ['admission', 'transfer', 'discharge', 'update', 'leave', 'admission-cancelled']) {
      expect(tell(emptyBoard(), `bed.record-${type}`, stay('V1', 77, 5)).decision).toMatchObject({
        ok: false,
        refusal: { code: 'not_found', issues: [{ path: 'data.location' }] },
      });
    }
    const stays = [stay('V1', 1, 5), stay('V2', 77, 5)].map(({ at: _at, ...rest }) => rest);
    expect(tell(emptyBoard(), 'bed.record-swap', { at: at(5), stays }).decision).toMatchObject({
      refusal: { issues: [{ path: 'data.stays.1.location' }] },
    });
  });
});

describe('what comes late', () => {
  test('for a bed is kept, and changes nothing there', () => {
    const told = tell(emptyBoard(), 'bed.record-status', { location: location(1), status: 'K', at: at(9) });
    const { board, types } = tell(told.board, 'bed.record-status', {
      location: location(1),
      status: 'U',
      at: at(8),
    });
    expect(board).toEqual(told.board);
    expect(types).toEqual(['bed.fact-kept']);
  });

  test('for a visit puts nobody who was discharged to bed again', () => {
    const told = having(['admission', 'V1', 1, 5], ['discharge', 'V1', 1, 9]);
    const { board, types } = tell(told, 'bed.record-transfer', stay('V1', 2, 7));
    expect(types).toEqual(['bed.fact-kept']);
    expect(board).toEqual(told);
  });

  test('for the bed a visit is to be in leaves the bed it was in all the same', () => {
    const told = tell(having(['admission', 'V1', 1, 5]), 'bed.record-status', {
      location: location(2),
      status: 'U',
      at: at(9),
    }).board;
    const { board, types } = tell(told, 'bed.record-transfer', stay('V1', 2, 7));
    expect(types).toEqual(['bed.vacated', 'bed.fact-kept']);
    expect(bedOf(board, 'b2')).toEqual(bedOf(told, 'b2'));
  });

  test('is late for its own feed alone', () => {
    const told = having(['admission', 'V1', 1, 9]);
    const { types } = tell(told, 'bed.record-discharge', stay('V1', 1, 7), { by: otherFeed });
    expect(types).toEqual(['bed.vacated']);
  });

  test('of who a patient is, is not put over what is newer', () => {
    const told = having(['admission', 'V1', 1, 5]);
    const named = tell(told, 'bed.record-update', {
      ...stay('V1', 1, 9),
      patient: { mrn: 'M-V1', family: 'New' },
    });
    expect(named.types).toEqual(['bed.patient-described']);
    const old = tell(named.board, 'bed.record-update', {
      ...stay('V1', 1, 7),
      patient: { mrn: 'M-V1', family: 'Old' },
    });
    expect(old.types).toEqual(['bed.fact-kept']);
    expect(bedOf(old.board, 'b1')?.occupant?.patient?.family).toBe('New');
  });
});

describe('an update', () => {
  test('moves nobody, whatever bed it names, and makes nothing it did not say older or newer', () => {
    const told = having(['admission', 'V1', 1, 5]);
    const { board } = tell(told, 'bed.record-update', {
      ...stay('V1', 2, 9),
      patient: { mrn: 'M-V1', family: 'New' },
    });
    expect(bedOf(board, 'b1')).toMatchObject({
      occupant: { patient: { family: 'New' }, since: at(5) },
      asOf: at(5),
      heard: { demo: at(5) },
    });
    expect(bedOf(board, 'b2')).toEqual(bedOf(told, 'b2'));
    expect(tell(board, 'bed.record-discharge', stay('V1', 1, 7)).types).toEqual(['bed.vacated']);
  });
});

describe('taking back', () => {
  test('an admission: the bed is what it was before, clean, dirty or closed', () => {
    expect(bedOf(having(['admission', 'V1', 1, 5], ['admission-cancelled', 'V1', 1, 6]), 'b1')).toMatchObject(
      {
        operationalStatus: 'U',
      },
    );
    for (const status of ['H', 'K', 'C']) {
      let { board } = tell(emptyBoard(), 'bed.record-status', { location: location(1), status, at: at(1) });
      const before = bedOf(board, 'b1');
      board = tell(board, 'bed.record-admission', stay('V1', 1, 5)).board;
      board = tell(board, 'bed.record-admission-cancelled', stay('V1', 1, 6)).board;
      expect(bedOf(board, 'b1')).toMatchObject({ operationalStatus: status });
      expect(bedOf(board, 'b1')?.closure).toEqual(before?.closure);
      expect(bedOf(board, 'b1')?.turnaround?.status).toBe(status === 'C' ? undefined : 'requested');
      expect(bedOf(board, 'b1')?.occupant).toBeUndefined();
    }
  });

  test('a transfer: the visit is in the bed before since it first was, and the other was never used', () => {
    const moved = having(['admission', 'V1', 1, 5], ['transfer', 'V1', 2, 6]);
    const { board } = tell(moved, 'bed.record-transfer-cancelled', {
      ...stay('V1', 1, 8),
      from: location(2),
    });
    expect(bedOf(board, 'b1')).toMatchObject({
      operationalStatus: 'O',
      occupant: { visit: 'V1', since: at(5) },
      turnaround: { status: 'cancelled' },
    });
    expect(bedOf(board, 'b2')).toMatchObject({ operationalStatus: 'U' });
    expect(reasons(board)).toEqual([]);
  });

  test('a discharge: the visit is in its bed again, and nobody need clean it', () => {
    const board = having(
      ['admission', 'V1', 1, 5],
      ['discharge', 'V1', 1, 6],
      ['discharge-cancelled', 'V1', 1, 8],
    );
    expect(bedOf(board, 'b1')).toMatchObject({
      operationalStatus: 'O',
      occupant: { visit: 'V1', since: at(5) },
      turnaround: { status: 'cancelled' },
    });
    expect(reasons(board)).toEqual([]);
  });

  test('a discharge of whom another has taken the place: the fact wins and somebody is told', () => {
    const board = having(
      ['admission', 'V1', 1, 5],
      ['discharge', 'V1', 1, 6],
      ['admission', 'V2', 1, 7],
      ['discharge-cancelled', 'V1', 1, 8],
    );
    expect(bedOf(board, 'b1')?.occupant?.visit).toBe('V1');
    expect(reasons(board)).toContain('b1.bed-was-occupied');
  });
});

describe('two visits change beds', () => {
  const swap = (minute: number) => ({
    at: at(minute),
    stays: [stay('V1', 2, minute), stay('V2', 1, minute)].map(({ at: _at, ...rest }) => rest),
  });
  const both = () => having(['admission', 'V1', 1, 5], ['admission', 'V2', 2, 5]);

  test('in one decision, one event a bed, and nothing is to be cleaned', () => {
    const { board, types } = tell(both(), 'bed.record-swap', swap(8));
    expect(types).toEqual(['bed.occupied', 'bed.occupied']);
    expect(bedOf(board, 'b1')?.occupant).toMatchObject({ visit: 'V2', since: at(8) });
    expect(bedOf(board, 'b2')?.occupant).toMatchObject({ visit: 'V1', since: at(8) });
    expect(reasons(board)).toEqual([]);
  });

  test('what is late for one of them is kept for both', () => {
    const told = tell(both(), 'bed.record-status', { location: location(1), status: 'I', at: at(9) }).board;
    const { board, types } = tell(told, 'bed.record-swap', swap(8));
    expect(types).toEqual(['bed.fact-kept', 'bed.fact-kept']);
    expect(board.beds).toEqual(told.beds);
  });

  test('though the board has neither where the feed says: both are where the feed says', () => {
    const board = tell(having(['admission', 'V1', 3, 5]), 'bed.record-swap', swap(8)).board;
    expect([1, 2, 3].map((n) => bedOf(board, `b${n}`)?.occupant?.visit)).toEqual(['V2', 'V1', undefined]);
    expect(bedOf(board, 'b3')?.operationalStatus).toBe('H');
  });
});

describe('a plan', () => {
  const planned = (visit: string, where: number, minute: number) => ({
    ...stay(visit, where, minute),
    until: at(2000),
  });

  test('holds the bed for the visit, ends when it arrives, there or elsewhere, and moves with it', () => {
    const { board } = tell(emptyBoard(), 'bed.record-preadmission', planned('V1', 1, 1));
    expect(bedOf(board, 'b1')?.claim).toMatchObject({ status: 'planned', visit: 'V1', until: at(2000) });
    const moved = tell(board, 'bed.record-preadmission', planned('V1', 2, 2)).board;
    expect([bedOf(moved, 'b1')?.claim, bedOf(moved, 'b2')?.claim?.status]).toEqual([undefined, 'planned']);
    const { board: arrived, types } = tell(moved, 'bed.record-admission', stay('V1', 3, 5));
    expect(types.toSorted()).toEqual(['bed.claim-released', 'bed.occupied']);
    expect(bedOf(arrived, 'b2')?.claim).toBeUndefined();
    const cancelled = tell(moved, 'bed.record-admission-cancelled', stay('V1', 2, 5)).board;
    expect(bedOf(cancelled, 'b2')?.claim).toBeUndefined();
  });

  test('for a bed that cannot be claimed is told to somebody', () => {
    const told = having(['admission', 'V2', 1, 1]);
    const { board } = tell(told, 'bed.record-preadmission', planned('V1', 1, 2));
    expect(board.alerts).toMatchObject({ 'b1.planned-bed-not-free': { visit: 'V1', owner: 'nurse' } });
    expect(bedOf(board, 'b1')).toEqual(bedOf(told, 'b1'));
  });

  test('of a visit that has begun, or that is over already, is kept', () => {
    const told = having(['admission', 'V1', 1, 5]);
    expect(tell(told, 'bed.record-preadmission', planned('V1', 2, 2)).types).toEqual(['bed.fact-kept']);
    const over = { ...planned('V2', 2, 2), until: at(1) };
    expect(tell(told, 'bed.record-preadmission', over, { minute: 3 }).types).toEqual(['bed.fact-kept']);
  });
});

describe('a leave', () => {
  test('leaves the bed the patient’s, until they are back', () => {
    const told = having(['admission', 'V1', 1, 5]);
    const away = tell(told, 'bed.record-leave', { ...stay('V1', 1, 6), expectedBack: at(900) });
    expect(away.types).toEqual(['bed.leave-began']);
    expect(bedOf(away.board, 'b1')).toMatchObject({
      operationalStatus: 'O',
      occupant: { visit: 'V1', since: at(5), leave: { since: at(6), expectedBack: at(900) } },
    });
    const back = tell(away.board, 'bed.record-return', stay('V1', 1, 7));
    expect(back.types).toEqual(['bed.leave-ended']);
    expect(bedOf(back.board, 'b1')?.occupant?.leave).toBeUndefined();
  });

  test('to a place without beds leaves the bed the patient’s too, and goes on where the bed is changed meanwhile', () => {
    const told = having(['admission', 'V1', 1, 5], ['leave', 'V1', waitingRoom, 6], ['transfer', 'V1', 2, 7]);
    expect(bedOf(told, 'b2')?.occupant).toMatchObject({ visit: 'V1', leave: { since: at(6) } });
  });
});

test('table 0116: each letter says what the standard says', () => {
  expect(bedStatusCodes).toEqual(['C', 'H', 'O', 'U', 'K', 'I']);
  const stated = (status: string) =>
    bedOf(tell(emptyBoard(), 'bed.record-status', { location: location(1), status, at: at(5) }).board, 'b1');
  expect(stated('C')).toMatchObject({ operationalStatus: 'C', closure: { since: at(5) } });
  expect(stated('H')).toMatchObject({ operationalStatus: 'H', turnaround: { status: 'requested' } });
  expect(stated('O')).toMatchObject({ operationalStatus: 'O', occupant: { since: at(5) } });
  expect(stated('U')).toMatchObject({ operationalStatus: 'U' });
  expect(stated('K')).toMatchObject({ operationalStatus: 'K', turnaround: { status: 'requested' } });
  expect(stated('I')).toMatchObject({ operationalStatus: 'U', isolation: { precaution: 'unspecified' } });
});
