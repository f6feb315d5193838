import type { Instant } from '#domain/instant.ts';
import type { TopicDefinition } from '#domain/module.ts';
import type { Frame } from '#domain/protocol.ts';
import { askForTopic, type TopicDoor } from './ask-for-topic.ts';
import { silenceMs } from './contact.ts';
import { definitionOf } from './contexts.ts';
import { createStore } from './external-store.ts';
import type { ExternalStore, TopicReading } from './live.ts';
import { emptyReplica, type Replica, takeAnswer, takeFrame, takeFrames } from './topic-replica.ts';

/*
 *             asked              answered
 *     idle ──────────► asking ─────────────► joined
 *                      ▲  ▲  │                  │
 *         time is up   │  │  │ not now          │ a gap, a misfit, heads that stay ahead or fall back
 *          waiting ────┘  │  └──► waiting       │
 *                         └─────────────────────┘
 *     and from any of them to idle: disconnected, revoked, refused for good
 */
type Link =
  | { readonly phase: 'idle' }
  /** Frames that come before the answer wait for it. The object itself names the attempt. */
  | { readonly phase: 'asking'; readonly early: Frame[] }
  | { readonly phase: 'waiting'; readonly timer: ReturnType<typeof setTimeout> }
  | Joined;

interface Joined {
  readonly phase: 'joined';
  /** When, by our own clock, what is held was last known to be the newest there is. */
  readonly confirmedMs: number;
  /** A head beyond what is held: on its way, or lost. */
  readonly awaited?: { readonly seq: number; readonly at: Instant; readonly heardMs: number };
  /** What was held when the last heads came: no later head can be below it in the same history. */
  readonly heldAtBeat?: number;
}

/** One topic, followed by the contract: subscribed to again whenever something may be missing. */
export interface FollowedTopic {
  readonly store: ExternalStore<TopicReading<unknown>>;
  /** Subscribes, unless that is done or under way. Asks again where there was no such topic. */
  follow(): void;
  connected(): void;
  disconnected(): void;
  frame(frame: Frame): void;
  /** Takes the topic's head, or that it was not among the heads of this connection. */
  heads(at: Instant, head: number | undefined): void;
  revoked(reason: 'right' | 'view'): void;
  /** Says again whether what is held may be believed; called as time passes and as contact comes and goes. */
  check(): void;
  /** Forgets what is held. */
  clear(): void;
  /** Ends it, and tells the server. */
  stop(): void;
}

export interface FollowOptions extends TopicDoor {
  /** The server's clock. */
  readonly now: () => Instant;
  /** Our own clock, in milliseconds. */
  readonly clock: () => number;
  readonly retryMs?: number;
  readonly random?: () => number;
}

export interface FollowedTopicOptions extends FollowOptions {
  readonly name: string;
  readonly isOnline: () => boolean;
  readonly isContactLost: () => boolean;
}

/** What a topic reads before anything is known of it. */
export const nothingYet: TopicReading<unknown> = {
  status: 'loading',
  state: undefined,
  seq: 0,
  confirmedAt: undefined,
};

const idle: Link = { phase: 'idle' };
const mostRetryMs = 8_000;

export function createFollowedTopic(options: FollowedTopicOptions): FollowedTopic {
  const { name, now, clock, isOnline, retryMs = 1_000, random = Math.random } = options;
  const load = definitionOf(name);
  /** What folds the topic: there once the first answer was taken in. */
  let definition: TopicDefinition | undefined;
  const store = createStore(nothingYet);
  let link: Link = idle;
  let replica: Replica = emptyReplica;
  let missing = false;
  let confirmedAt: Instant | undefined;
  /** Attempts in a row that came to nothing. */
  let failures = 0;

  function status(): TopicReading<unknown>['status'] {
    if (missing) return 'missing';
    if (replica.phase === 'empty') return 'loading';
    if (link.phase !== 'joined' || !isOnline() || options.isContactLost()) return 'behind';
    // The room may be silent because nothing happens, or because it is dead: only what confirms it tells.
    return Math.abs(clock() - link.confirmedMs) > silenceMs ? 'behind' : 'current';
  }

  function publish(): void {
    const held = replica.phase === 'held' ? replica : undefined;
    const next = { status: status(), state: held?.state, seq: held?.position.seq ?? 0, confirmedAt };
    const last = store.get();
    const same =
      last.status === next.status &&
      last.state === next.state &&
      last.seq === next.seq &&
      last.confirmedAt === next.confirmedAt;
    if (!same) store.set(next);
  }

  function become(next: Link): void {
    if (link.phase === 'waiting') clearTimeout(link.timer);
    link = next;
    publish();
  }

  function forget(): void {
    replica = emptyReplica;
    confirmedAt = undefined;
  }

  async function join(fetched = false): Promise<void> {
    if (load === undefined) missing = true;
    if (load === undefined || !isOnline()) return become(idle);
    const attempt = { phase: 'asking', early: [] as Frame[] } as const;
    become(attempt);
    const after = replica.phase === 'held' ? replica.position : undefined;
    // The one is fetched while the other is asked for.
    const [outcome, fetchedDefinition] = await Promise.all([
      askForTopic(options, name, after, () => link === attempt),
      definition ?? load().catch(() => undefined),
    ]);
    // Meanwhile the connection may have gone, or the right: then this answer is nobody's.
    if (link !== attempt) return;
    definition = fetchedDefinition;
    if (outcome.came === 'nothing') return waitAndJoin();
    if (outcome.came === 'no') {
      missing = true;
      forget();
      return become(idle);
    }
    if (definition === undefined) return waitAndJoin();
    const given = outcome.came === 'answer' ? outcome.answer : { ...outcome.snapshot, events: [] };
    const taken = takeAnswer(outcome.came === 'answer' ? replica : emptyReplica, definition, given);
    if (!taken.ok) {
      if (taken.why === 'misfit') forget();
      return waitAndJoin();
    }
    replica = taken.replica;
    missing = false;
    if (outcome.came === 'snapshot') {
      // Twice running, something keeps the snapshot from being continued: then hurry does not help.
      return fetched ? waitAndJoin() : join(true);
    }
    // A frame of another history is from a room that was left on the way to this answer.
    const early = attempt.early.filter(({ epoch }) => epoch === given.epoch);
    const caughtUp = takeFrames(replica, definition, early);
    if (!caughtUp.ok) {
      if (caughtUp.why === 'misfit') forget();
      return waitAndJoin();
    }
    replica = caughtUp.replica;
    confirmedAt = now();
    failures = 0;
    become({ phase: 'joined', confirmedMs: clock() });
  }

  function waitAndJoin(): void {
    failures += 1;
    const most = Math.min(mostRetryMs, retryMs * 2 ** (failures - 1));
    // Spread out: many pages may have lost the same thing at the same moment.
    const timer = setTimeout(() => void join(), most * (0.5 + random()));
    become({ phase: 'waiting', timer });
  }

  return {
    store,
    follow() {
      if (link.phase === 'idle') void join();
    },
    connected() {
      failures = 0;
      void join();
    },
    disconnected: () => become(idle),
    frame(frame) {
      if (link.phase === 'asking') link.early.push(frame);
      // We think that we are out of the room, and the server does not.
      else if (link.phase === 'idle') void join();
      if (link.phase !== 'joined' || definition === undefined) return;
      const taken = takeFrame(replica, definition, frame);
      if (!taken.ok) {
        if (taken.why === 'misfit') forget();
        void join();
        return;
      }
      replica = taken.replica;
      const { awaited, ...rest } = link;
      if (awaited !== undefined && awaited.seq <= frame.seq) {
        confirmedAt = awaited.at;
        link = { ...rest, confirmedMs: awaited.heardMs };
      }
      publish();
    },
    heads(at, head) {
      if (link.phase === 'idle' && head !== undefined) void join();
      if (link.phase !== 'joined' || replica.phase !== 'held') return;
      const { seq } = replica.position;
      const { awaited, confirmedMs, heldAtBeat = 0 } = link;
      // Ahead of the head: a history that was taken back.
      if (head !== undefined && head < heldAtBeat) void join();
      else if (head !== undefined && head <= seq) {
        confirmedAt = at;
        become({ phase: 'joined', confirmedMs: clock(), heldAtBeat: seq });
      } else if (awaited === undefined) {
        // Once may be a crossing on the way; where it has not come by the next heads, it was lost, or the room was.
        const next = { seq: head ?? Number.POSITIVE_INFINITY, at, heardMs: clock() };
        become({ phase: 'joined', confirmedMs, awaited: next, heldAtBeat: seq });
      } else void join();
    },
    revoked(reason) {
      forget();
      missing = reason === 'right';
      become(idle);
      if (reason === 'view') void join();
    },
    check: publish,
    clear() {
      forget();
      missing = false;
      become(idle);
    },
    stop() {
      const told = link.phase !== 'idle';
      become(idle);
      // Also while an answer is on its way: the server does as it is told in the order it is told.
      if (told && isOnline()) options.ask('unsubscribe', { topic: name }).catch(() => undefined);
    },
  };
}
