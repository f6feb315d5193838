import { parseState, type TopicDefinition } from '#domain/module.ts';
import { type Frame, isEvent, type Position, type Subscribed } from '#domain/protocol.ts';

/*
 *   empty ──snapshot──► held ──frame seq+1──► held
 *     ▲                  │ └───frame beyond seq+1──► a gap: held as it was, and to be filled
 *     └────discarded─────┘     (a frame at or below seq changes nothing)
 */
/** What this client has of a topic: nothing, or a state with its place in one history of one view. */
export type Replica =
  | { readonly phase: 'empty' }
  | { readonly phase: 'held'; readonly position: Position; readonly state: unknown };

export const emptyReplica: Replica = { phase: 'empty' };

/** What taking something in came to. */
export type Taken =
  | { readonly ok: true; readonly replica: Replica }
  /** Something is missing before this: subscribe again after what is held. */
  | { readonly ok: false; readonly why: 'gap' }
  /** This cannot be folded onto what is held: take a new snapshot. */
  | { readonly ok: false; readonly why: 'misfit' };

/** Takes in the answer to a subscription: a snapshot, or what continues the one that is held. */
export function takeAnswer(replica: Replica, definition: TopicDefinition, answer: Subscribed): Taken {
  const { view, epoch, seq, state, events } = answer;
  let next = replica;
  if (state !== undefined) {
    try {
      next = {
        phase: 'held',
        position: { view, epoch, seq },
        state: parseState(definition.state, state),
      };
    } catch {
      return { ok: false, why: 'misfit' };
    }
  } else if (
    replica.phase === 'empty' ||
    replica.position.view !== view ||
    replica.position.epoch !== epoch
  ) {
    return { ok: false, why: 'misfit' };
  } else if (replica.position.seq < seq) return { ok: false, why: 'gap' };
  return takeFrames(next, definition, events);
}

/** Takes in frames in the order given. */
export function takeFrames(replica: Replica, definition: TopicDefinition, frames: readonly Frame[]): Taken {
  let next = replica;
  for (const frame of frames) {
    const taken = takeFrame(next, definition, frame);
    if (!taken.ok) return taken;
    next = taken.replica;
  }
  return { ok: true, replica: next };
}

/** Takes in one frame: folds the next, drops what is held already, refuses what leaves a gap or is of another history. */
export function takeFrame(replica: Replica, definition: TopicDefinition, frame: Frame): Taken {
  if (replica.phase === 'empty') return { ok: false, why: 'gap' };
  const { position, state } = replica;
  if (frame.epoch !== position.epoch) return { ok: false, why: 'misfit' };
  if (frame.seq <= position.seq) return { ok: true, replica };
  if (frame.seq > position.seq + 1) return { ok: false, why: 'gap' };
  const moved = { ...position, seq: frame.seq };
  if (!isEvent(frame)) return { ok: true, replica: { phase: 'held', position: moved, state } };
  try {
    return {
      ok: true,
      replica: {
        phase: 'held',
        position: moved,
        state: definition.evolve(state, { type: frame.type, data: frame.data }),
      },
    };
  } catch {
    // A frame whose data is not of its shape: what it meant is in the next snapshot.
    return { ok: false, why: 'misfit' };
  }
}
