import type { Socket } from 'node:net';
import { createFrameDecoder, type Frame, type FrameFault, frame } from './framing.ts';
import { createPace } from './limits.ts';

/**
 * One MLLP connection on the server's side.
 *
 *     serving ──close asked, or a bound passed──► finishing (no more reading; the message in hand is answered)
 *        │                                            │ answer written, FIN sent
 *        └──────────── socket error ──────────────────┴──► closed
 */

/**
 * Who is at the other end. `id` is unique within the process; `certificate` is the one it presented, where the listener
 * asks for one: its subject as a distinguished name, and its SHA-256 fingerprint.
 */
export type MllpPeer = {
  id: string;
  address: string;
  certificate?: { subject: string; fingerprint256: string };
};

/** A frame that cannot be handled, or a handler that threw; `head` is the first bytes of the message meant. */
export type MllpTrouble = { reason: 'too_large' | 'broken_end' | 'handler_failed'; head: Buffer };

export type CloseReason =
  | 'peer'
  | 'error'
  | 'idle'
  | 'half_message'
  | 'noise'
  | 'unread_answers'
  | 'handler_failed'
  | 'shutdown';

/** What a message is answered with: a frame, several, or none where no answer is wanted. */
export type MllpAnswer = Buffer | readonly Buffer[];

export type ConnectionOptions = {
  maxMessageBytes: number;
  idleTimeoutMs: number;
  halfMessageTimeoutMs: number;
  /** Messages a second that are taken of this connection; past it the sender waits. */
  maxMessagesPerSecond: number;
  handle(bytes: Buffer, peer: MllpPeer): Promise<MllpAnswer>;
  refuse?(trouble: MllpTrouble, peer: MllpPeer): MllpAnswer | undefined;
  onFault?(reason: FrameFault['reason'] | 'handler_failed', peer: MllpPeer): void;
  onHandled?(peer: MllpPeer, measured: { bytes: number; ms: number }): void;
};

export type MllpConnection = {
  /** Stops reading, lets the message in hand be answered, then ends the connection. */
  finish(reason: CloseReason): void;
  destroy(): void;
  /** Resolves, with the reason, when the socket is closed. */
  closed: Promise<CloseReason>;
};

/** Frames that may wait behind the one in hand before the socket is no longer read. */
const QUEUE_BOUND = 4;
/** Noise faults without a good message between them, after which the peer is taken not to speak MLLP. */
const NOISE_BOUND = 8;
/** How long the peer has to close its side after ours. */
const LINGER_MS = 1_000;

/** What an answer is owed for. A frame given up for another is not: its answer would be taken for the other's. */
type Answerable = Extract<Frame, { kind: 'message' } | { head: Buffer }>;

function isAnswerable(found: Frame): found is Answerable {
  return found.kind === 'message' || 'head' in found;
}

/**
 * Serves MLLP on an accepted socket: messages are handled one at a time and in order, each answer is written before
 * the next is handled, and the socket is not read while answers are owed.
 */
export function serveConnection(socket: Socket, peer: MllpPeer, options: ConnectionOptions): MllpConnection {
  const decoder = createFrameDecoder({ maxMessageBytes: options.maxMessageBytes });
  const queue: Answerable[] = [];
  let working = false;
  const pace = createPace(options.maxMessagesPerSecond);
  let wake: (() => void) | undefined;
  let finishing = false;
  let peerEnded = false;
  let ended = false;
  let noise = 0;
  let reason: CloseReason = 'peer';
  let timer: NodeJS.Timeout | undefined;
  let timedFrame: number | undefined;

  function disarm(): void {
    clearTimeout(timer);
    timer = undefined;
    timedFrame = undefined;
  }

  /** A frame has its time from its first byte on, however it dribbles in; while we owe answers no clock runs. */
  function arm(): void {
    if (finishing || working || socket.destroyed) {
      disarm();
    } else if (!decoder.isMidFrame()) {
      disarm();
      timer = setTimeout(() => finish('idle'), options.idleTimeoutMs);
    } else if (timedFrame !== decoder.framesBegun()) {
      disarm();
      timedFrame = decoder.framesBegun();
      timer = setTimeout(() => finish('half_message'), options.halfMessageTimeoutMs);
    }
  }

  function finish(why: CloseReason): void {
    if (finishing) return;
    finishing = true;
    reason = why;
    disarm();
    // Frames not begun are dropped unanswered: their sender keeps them and sends them again.
    queue.length = 0;
    wake?.();
    if (!working) end();
  }

  function end(): void {
    if (ended || socket.destroyed) return;
    ended = true;
    // Bytes left unread would turn our FIN into a reset, and a reset can overtake the last answer.
    socket.resume();
    socket.end();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  }

  async function answer(found: Answerable): Promise<MllpAnswer | undefined> {
    if (found.kind === 'fault') return options.refuse?.({ reason: found.reason, head: found.head }, peer);
    const startedAt = performance.now();
    try {
      const replies = await options.handle(found.bytes, peer);
      options.onHandled?.(peer, { bytes: found.bytes.length, ms: performance.now() - startedAt });
      return replies;
    } catch {
      // What was thrown may quote the message, so it goes nowhere; the handler logs what is safe to log.
      options.onFault?.('handler_failed', peer);
      const replies = options.refuse?.({ reason: 'handler_failed', head: found.bytes }, peer);
      if (replies === undefined) finish('handler_failed');
      return replies;
    }
  }

  function drained(): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(patience);
        socket.off('drain', settle).off('close', settle);
        resolve();
      };
      const patience = setTimeout(() => {
        finish('unread_answers');
        socket.destroy();
      }, options.idleTimeoutMs);
      socket.once('drain', settle).once('close', settle);
    });
  }

  /** Waits, unless the connection is to end meanwhile. */
  async function rest(ms: number): Promise<void> {
    if (ms <= 0 || finishing) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    wake = undefined;
  }

  async function work(): Promise<void> {
    if (working) return;
    working = true;
    disarm();
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const replies = (await answer(next)) ?? [];
      if (socket.destroyed) break;
      const framed = Buffer.isBuffer(replies) ? frame(replies) : Buffer.concat(replies.map(frame));
      if (framed.length > 0 && !socket.write(framed)) await drained();
      await rest(pace.spend());
      if (!finishing && queue.length < QUEUE_BOUND) socket.resume();
    }
    working = false;
    if (finishing || peerEnded) end();
    else arm();
  }

  function take(found: Frame): void {
    if (found.kind === 'message') noise = 0;
    else options.onFault?.(found.reason, peer);
    if (isAnswerable(found)) queue.push(found);
    else if (found.reason === 'noise') noise += 1;
  }

  socket.on('data', (chunk: Buffer) => {
    if (finishing) return;
    for (const found of decoder.push(chunk)) {
      take(found);
      if (noise >= NOISE_BOUND) return finish('noise');
    }
    if (queue.length >= QUEUE_BOUND) socket.pause();
    if (queue.length > 0) fireAndFail();
    arm();
  });
  socket.on('end', () => {
    peerEnded = true;
    if (decoder.isMidFrame()) options.onFault?.('unterminated_start', peer);
    if (!working) end();
  });
  socket.on('error', () => {
    if (!finishing) reason = 'error';
  });
  const closed = new Promise<CloseReason>((resolve) => {
    socket.once('close', () => {
      finishing = true;
      queue.length = 0;
      wake?.();
      disarm();
      resolve(reason);
    });
  });

  /** An answer that cannot be framed, or a hook that throws, costs this connection and no other. */
  function fireAndFail(): void {
    work().catch(() => {
      reason = 'handler_failed';
      socket.destroy();
    });
  }

  socket.setKeepAlive(true, 30_000);
  socket.setNoDelay(true);
  arm();
  return { finish, destroy: () => void socket.destroy(), closed };
}
