import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Frame, Subscribed } from '#domain/protocol.ts';
import { createModelLog, type ModelLog, type ModelView, modelViews } from './testing/model-log.ts';
import { emptyReplica, type Replica, takeAnswer, takeFrame, takeFrames } from './topic-replica.ts';

function snapshot(log: ModelLog, view: ModelView, seq = log.head()): Subscribed {
  return { view, epoch: log.epoch(), seq, state: log.state(view, seq), events: log.framesSince(view, seq) };
}

function continuation(log: ModelLog, view: ModelView, seq: number): Subscribed {
  return { view, epoch: log.epoch(), seq, events: log.framesSince(view, seq) };
}

function logOf(...choices: number[]): ModelLog {
  const log = createModelLog('x');
  for (const choice of choices) log.commit(choice);
  return log;
}

function held(log: ModelLog, view: ModelView, seq = log.head()): Replica {
  const taken = takeAnswer(emptyReplica, log.definition, { ...snapshot(log, view, seq), events: [] });
  if (!taken.ok) throw new Error(taken.why);
  return taken.replica;
}

const positionOf = (replica: Replica) => (replica.phase === 'held' ? replica.position : undefined);
const stateOf = (replica: Replica) => (replica.phase === 'held' ? replica.state : undefined);

describe('a replica of a topic', () => {
  const log = logOf(0, 3, 6, 24, 1);

  test.each(modelViews)('takes a snapshot with what came since, in the view %s', (view) => {
    const taken = takeAnswer(emptyReplica, log.definition, snapshot(log, view, 2));
    expect(taken.ok && stateOf(taken.replica)).toEqual(log.state(view));
    expect(taken.ok && positionOf(taken.replica)).toEqual({ view, epoch: 'epoch-1', seq: 5 });
  });

  test('takes what continues it', () => {
    const taken = takeAnswer(held(log, 'clinical.1', 2), log.definition, continuation(log, 'clinical.1', 2));
    expect(taken.ok && stateOf(taken.replica)).toEqual(log.state('clinical.1'));
  });

  test('moves on over an event that its view does not show, and changes nothing', () => {
    const before = held(log, 'operational.1', 3);
    const frame = log.frame('operational.1', 4);
    expect(frame.type).toBe('skip');
    const taken = takeFrame(before, log.definition, frame);
    expect(taken.ok && positionOf(taken.replica)?.seq).toBe(4);
    expect(taken.ok && stateOf(taken.replica)).toBe(stateOf(before));
  });

  test('drops what it has', () => {
    const before = held(log, 'clinical.1');
    const taken = takeFrames(before, log.definition, log.framesSince('clinical.1', 0));
    expect(taken).toEqual({ ok: true, replica: before });
  });

  test('sees a gap: in a frame, in an answer, in having nothing', () => {
    const before = held(log, 'clinical.1', 2);
    const gap = { ok: false, why: 'gap' };
    expect(takeFrame(before, log.definition, log.frame('clinical.1', 4))).toEqual(gap);
    expect(takeAnswer(before, log.definition, continuation(log, 'clinical.1', 3))).toEqual(gap);
    const beyond = { ...continuation(log, 'clinical.1', 5), events: [] };
    expect(takeAnswer(before, log.definition, beyond)).toEqual(gap);
    expect(takeFrame(emptyReplica, log.definition, log.frame('clinical.1', 1))).toEqual(gap);
  });

  test('never folds another epoch, another view, or what is not of its shape', () => {
    const before = held(log, 'clinical.1', 2);
    const misfit = { ok: false, why: 'misfit' };
    const next = log.frame('clinical.1', 3);
    expect(takeFrame(before, log.definition, { ...next, epoch: 'another' })).toEqual(misfit);
    const answer = continuation(log, 'clinical.1', 2);
    expect(takeAnswer(before, log.definition, { ...answer, epoch: 'another' })).toEqual(misfit);
    expect(takeAnswer(before, log.definition, { ...answer, view: 'operational.1' })).toEqual(misfit);
    expect(takeAnswer(emptyReplica, log.definition, answer)).toEqual(misfit);
    expect(takeAnswer(before, log.definition, { ...answer, state: { beds: 1 } })).toEqual(misfit);
    const bad: Frame = { ...next, type: 'bed.claimed', at: '2026-03-01T08:00:00.000Z', data: { bed: 1 } };
    expect(takeFrame(before, log.definition, bad)).toEqual(misfit);
    expect(before).toEqual(held(log, 'clinical.1', 2));
  });
});

type Step =
  | { readonly do: 'commit'; readonly choice: number }
  | { readonly do: 'deliver' | 'duplicate' | 'drop' | 'reorder'; readonly at: number }
  | { readonly do: 'subscribe'; readonly from: 'held' | 'snapshot'; readonly back: number }
  | { readonly do: 'restore'; readonly back: number };

const at = fc.nat({ max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('commit'), choice: fc.nat({ max: 5_000 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('deliver'), at: fc.constant(0) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('duplicate', 'drop', 'reorder'), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('subscribe'),
      from: fc.constantFrom('held', 'snapshot'),
      back: fc.nat({ max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restore'), back: fc.nat({ max: 4 }) }) },
);

test('INV-1.2 whatever is lost, doubled or reordered, a replica holds the state of its place in the history', () => {
  fc.assert(
    fc.property(fc.constantFrom(...modelViews), fc.array(step, { maxLength: 60 }), (view, steps) => {
      const log = createModelLog('x');
      /** What is on its way, each with the view of the room it was sent to. */
      const wire: Frame[] = [];
      let replica: Replica = emptyReplica;

      const subscribe = (from: 'held' | 'snapshot', back: number): void => {
        const position = positionOf(replica);
        const canContinue = from === 'held' && position?.epoch === log.epoch() && position.seq <= log.head();
        const answer = canContinue
          ? continuation(log, view, position.seq)
          : snapshot(log, view, Math.max(0, log.head() - back));
        const taken = takeAnswer(replica, log.definition, answer);
        expect(taken.ok).toBe(true);
        if (taken.ok) replica = taken.replica;
        expect(stateOf(replica)).toEqual(log.state(view));
      };

      for (const step of steps) {
        if (step.do === 'commit') {
          log.commit(step.choice);
          wire.push(log.frame(view, log.head()));
        } else if (step.do === 'subscribe') subscribe(step.from, step.back);
        else if (step.do === 'restore') log.restore(Math.max(0, log.head() - step.back));
        else {
          const index = step.at % Math.max(1, wire.length);
          const frame = wire[index];
          if (frame === undefined) continue;
          if (step.do === 'duplicate') wire.push(frame);
          else wire.splice(index, 1);
          if (step.do === 'reorder') wire.push(frame);
          if (step.do === 'deliver') {
            const before = positionOf(replica);
            const taken = takeFrame(replica, log.definition, frame);
            if (taken.ok) replica = taken.replica;
            const position = positionOf(replica);
            if (frame.epoch !== before?.epoch) expect(taken.ok).toBe(false);
            expect(position?.epoch).toBe(before?.epoch);
            expect(position?.view).toBe(before?.view);
            expect((position?.seq ?? 0) - (before?.seq ?? 0)).toBeLessThanOrEqual(1);
          }
        }
        const position = positionOf(replica);
        if (position === undefined) continue;
        expect(log.everHad(position.seq, stateOf(replica))).toBe(true);
        if (position.epoch === log.epoch()) expect(stateOf(replica)).toEqual(log.state(view, position.seq));
      }
      subscribe('held', 0);
    }),
    { numRuns: 400 },
  );
});
