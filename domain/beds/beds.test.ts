import { describe, expect, test } from 'vitest';
import { type TaskStatus, taskStatusSchema } from './schema.ts';
import { at, type Board, emptyBoard, tell } from './testing/board.ts';
import { isLive, turnaroundTransitions } from './turnaround.ts';

const ask = (board: Board, type: string, data: object) => {
  const { decision, board: next } = tell(board, type, data);
  return { decision, next, beds: next.beds.beds };
};

describe('requests of people', () => {
  test('a claimed bed cannot be claimed again; the loser is told it is a conflict', () => {
    const { next } = ask(emptyBoard(), 'bed.claim', { bed: 'b1' });
    expect(next.beds.beds.b1?.claim).toMatchObject({ status: 'reserved', until: at(121) });
    expect(ask(next, 'bed.claim', { bed: 'b1' }).decision).toMatchObject({
      ok: false,
      refusal: { code: 'conflict' },
    });
  });

  test.each(['bed.claim', 'bed.close', 'bed.request-turnaround'])('an occupied bed refuses %s', (type) => {
    const { next } = ask(emptyBoard(), 'bed.occupy', { bed: 'b1', visit: 'V1' });
    const data = {
      bed: 'b1',
      ...(type === 'bed.close'
        ? { reason: 'x' }
        : type === 'bed.request-turnaround'
          ? { kind: 'cleaning' }
          : {}),
    };
    expect(ask(next, type, data).decision).toMatchObject({ ok: false, refusal: { code: 'conflict' } });
  });

  test('a bed goes from occupied through cleaning to unoccupied', () => {
    let state = ask(emptyBoard(), 'bed.occupy', { bed: 'b1', visit: 'V1' }).next;
    state = ask(state, 'bed.vacate', { bed: 'b1', leaves: 'K' }).next;
    expect(state.beds.beds.b1).toMatchObject({
      operationalStatus: 'K',
      turnaround: { status: 'requested', kind: 'cleaning' },
    });
    for (const to of ['accepted', 'in-progress', 'completed'])
      state = ask(state, 'bed.advance-turnaround', { bed: 'b1', to }).next;
    expect(state.beds.beds.b1).toMatchObject({ operationalStatus: 'U', turnaround: { status: 'completed' } });
  });

  test('a bed held for one visit is not given to another', () => {
    const { next } = ask(emptyBoard(), 'bed.claim', { bed: 'b1', visit: 'V1' });
    expect(ask(next, 'bed.occupy', { bed: 'b1', visit: 'V2' }).decision).toMatchObject({ ok: false });
    expect(ask(next, 'bed.occupy', { bed: 'b1', visit: 'V1' }).decision).toMatchObject({ ok: true });
  });
});

test('the turnaround table is total, and what has ended stays ended', () => {
  for (const status of taskStatusSchema.options) {
    const ends: TaskStatus[] = ['completed', 'cancelled', 'failed'];
    expect(isLive(status)).toBe(!ends.includes(status));
    for (const to of turnaroundTransitions[status]) expect(taskStatusSchema.options).toContain(to);
  }
});
