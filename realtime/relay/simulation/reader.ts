import { type Frame, isEvent, type Position } from '#domain/protocol.ts';
import type { ModelLog } from './model-log.ts';
import type { ModelNode } from './node.ts';
import type { Watch } from './watch.ts';

/** A client by the letter of the contract, except that it mends nothing: what it would have to mend is a violation. */
export interface Reader {
  /** Subscribes at a node, after what is held of the topic where it says so. */
  visit(node: ModelNode, topic: string, resume: boolean): Promise<void>;
  leave(): void;
  /** Whether it has all there is of the topic it listens to. */
  atHead(): boolean;
}

interface Held {
  readonly topic: string;
  position: Position;
  readonly marks: string[];
}

export function createReader(name: string, log: ModelLog, watch: Watch): Reader {
  let held: Held | undefined;
  let leaveRoom: (() => void) | undefined;
  let listening = false;

  function expected(topic: string, seq: number): string {
    return log
      .committed(topic)
      .slice(0, seq)
      .map(({ at }) => at)
      .join();
  }

  function follow(into: Held, frame: Frame): void {
    const { topic, position, marks } = into;
    if (frame.seq !== position.seq + 1) {
      const kind = frame.seq > position.seq ? 'gap' : 'double';
      watch.note(`${kind}: ${name} at ${position.seq} of ${topic} was given ${frame.seq}`);
      return;
    }
    into.position = { ...position, seq: frame.seq };
    if (isEvent(frame)) marks.push(frame.at);
    if (marks.join() !== expected(topic, frame.seq))
      watch.note(`fold: ${name} at ${frame.seq} of ${topic} is not what the log holds`);
  }

  return {
    async visit(node, topic, resume) {
      const before = resume && held?.topic === topic ? held : undefined;
      const early: Frame[] = [];
      let now: Held | undefined;
      const given = await node.subscribe(topic, before?.position, (frame) => {
        if (now === undefined) early.push(frame);
        else follow(now, frame);
      });
      leaveRoom = given.leave;
      const { view, epoch, seq, state, events } = given.answer;
      if (before !== undefined && seq < before.position.seq)
        watch.note(`back: ${name} at ${before.position.seq} of ${topic} was set back to ${seq}`);
      if (state === undefined && before?.position.seq !== seq)
        watch.note(`gap: ${name} at ${before?.position.seq} of ${topic} was continued from ${seq}`);
      const marks = Array.isArray(state) ? state.map(String) : (before?.marks ?? []);
      if (marks.join() !== expected(topic, seq))
        watch.note(`snapshot: ${name} of ${topic} at ${seq} is not what the log holds`);
      now = { topic, position: { view, epoch, seq }, marks: [...marks] };
      held = now;
      listening = true;
      for (const frame of [...events, ...early]) follow(now, frame);
    },
    leave() {
      leaveRoom?.();
      leaveRoom = undefined;
      listening = false;
    },
    atHead: () => !listening || held?.position.seq === log.committed(held?.topic ?? '').length,
  };
}
