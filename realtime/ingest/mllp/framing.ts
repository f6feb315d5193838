/**
 * MLLP framing (HL7 v2 implementation guide, appendix C; "minimal lower layer protocol"):
 *
 *     0x0B  message bytes …  0x1C 0x0D
 *
 *     outside ──0x0B──► inside ──0x1C──► ended ──0x0D──► message, outside
 *        ▲                │ 0x0B: unterminated_start, a new frame begins
 *        │                │ past the limit: `dropping`, which keeps nothing but the head
 *        └────────────────┴ ended, then neither 0x0D nor 0x0B: broken_end, skip to the next 0x0B
 */

export const START_BLOCK = 0x0b;
export const END_BLOCK = 0x1c;
export const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** Bytes of a dropped frame that are kept: enough for an MSH segment, so that a refusal can name its control id. */
export const HEAD_BYTES = 1024;

/** A run of noise is reported at its first byte and again each time this many further bytes came. */
export const NOISE_SPAN = 1024;

const FIRST_ALLOCATION = 4096;

/**
 * What is wrong with the bytes between two messages:
 * - `noise`: bytes outside a frame (CR and LF there are let pass: many senders add them);
 * - `too_large`: a frame over the limit, dropped as it streamed in;
 * - `unterminated_start`: a new frame began inside another, which is dropped;
 * - `broken_end`: 0x1C without 0x0D after it; the frame is dropped.
 */
export type FrameFault =
  | { kind: 'fault'; reason: 'noise' | 'unterminated_start' }
  | { kind: 'fault'; reason: 'too_large' | 'broken_end'; head: Buffer };

export type Frame = { kind: 'message'; bytes: Buffer } | FrameFault;

export type FrameDecoder = {
  /** Takes the next bytes of the stream; gives the messages and faults they complete, in order. */
  push(chunk: Buffer): readonly Frame[];
  /** Whether a frame has begun and not ended. */
  isMidFrame(): boolean;
  /** How many frames have begun so far: tells a slow frame from a new one. */
  framesBegun(): number;
};

/**
 * Puts a message into an MLLP frame.
 * @throws RangeError when the message itself holds 0x0B or 0x1C, which MLLP cannot carry.
 */
export function frame(message: Buffer): Buffer {
  if (message.includes(START_BLOCK) || message.includes(END_BLOCK)) {
    throw new RangeError('An MLLP message cannot hold the bytes 0x0B or 0x1C');
  }
  return Buffer.concat([Buffer.of(START_BLOCK), message, Buffer.of(END_BLOCK, CARRIAGE_RETURN)]);
}

/**
 * Gives an incremental MLLP decoder. It holds at most `maxMessageBytes` bytes whatever the peer sends, and its
 * results do not depend on how the stream is cut into chunks. After any fault it is in step again at the next 0x0B.
 */
export function createFrameDecoder(options: { maxMessageBytes: number }): FrameDecoder {
  const { maxMessageBytes } = options;
  let state: 'outside' | 'inside' | 'ended' = 'outside';
  let dropping = false;
  let begun = 0;
  let noiseRun = 0;
  let held: Buffer = Buffer.alloc(0);
  let length = 0;

  function begin(): void {
    state = 'inside';
    dropping = false;
    begun += 1;
    noiseRun = 0;
    length = 0;
  }

  function takeHead(): Buffer {
    return Buffer.from(held.subarray(0, Math.min(length, HEAD_BYTES)));
  }

  function release(): void {
    held = Buffer.alloc(0);
    length = 0;
  }

  function append(run: Buffer): void {
    if (dropping) return;
    if (length + run.length > maxMessageBytes) {
      const missing = Math.max(0, Math.min(HEAD_BYTES, maxMessageBytes) - length);
      if (missing > 0) store(run.subarray(0, missing));
      held = takeHead();
      length = held.length;
      dropping = true;
      return;
    }
    store(run);
  }

  function store(run: Buffer): void {
    const needed = length + run.length;
    if (needed > held.length) {
      const grown = Buffer.allocUnsafeSlow(
        Math.min(maxMessageBytes, Math.max(needed, held.length * 2, FIRST_ALLOCATION)),
      );
      held.copy(grown, 0, 0, length);
      held = grown;
    }
    run.copy(held, length);
    length = needed;
  }

  function complete(): Frame {
    const result: Frame = dropping
      ? { kind: 'fault', reason: 'too_large', head: takeHead() }
      : { kind: 'message', bytes: held.subarray(0, length) };
    release();
    state = 'outside';
    return result;
  }

  function abandon(reason: 'unterminated_start' | 'broken_end'): Frame {
    const head = takeHead();
    release();
    if (dropping) return { kind: 'fault', reason: 'too_large', head };
    return reason === 'broken_end' ? { kind: 'fault', reason, head } : { kind: 'fault', reason };
  }

  function outsideByte(byte: number, found: Frame[]): void {
    if (byte === START_BLOCK) {
      begin();
      return;
    }
    if (noiseRun === 0 && (byte === CARRIAGE_RETURN || byte === LINE_FEED)) return;
    if (noiseRun % NOISE_SPAN === 0) found.push({ kind: 'fault', reason: 'noise' });
    noiseRun += 1;
  }

  function endedByte(byte: number, found: Frame[]): void {
    if (byte === CARRIAGE_RETURN) {
      found.push(complete());
      return;
    }
    found.push(abandon('broken_end'));
    if (byte === START_BLOCK) {
      begin();
      return;
    }
    state = 'outside';
    // What follows belongs to the fault just reported: it is noise only when it goes on and on.
    noiseRun = 1;
  }

  return {
    push(chunk) {
      const found: Frame[] = [];
      let at = 0;
      while (at < chunk.length) {
        const byte = chunk[at] ?? 0;
        if (state === 'outside') {
          outsideByte(byte, found);
          at += 1;
        } else if (state === 'ended') {
          endedByte(byte, found);
          at += 1;
        } else if (byte === START_BLOCK) {
          found.push(abandon('unterminated_start'));
          begin();
          at += 1;
        } else if (byte === END_BLOCK) {
          state = 'ended';
          at += 1;
        } else {
          const from = at;
          while (at < chunk.length && chunk[at] !== START_BLOCK && chunk[at] !== END_BLOCK) at += 1;
          append(chunk.subarray(from, at));
        }
      }
      return found;
    },
    isMidFrame: () => state !== 'outside',
    framesBegun: () => begun,
  };
}
