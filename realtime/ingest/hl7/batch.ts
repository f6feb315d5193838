import { utf16Of } from './character-set.ts';

/**
 * What a file, or a frame that begins with FHS or BHS, is made of (chapter 2.10.3), in its order. `line` counts from 1.
 * - `message`: with CR after each of its segments, however they were separated; `isOpen` when the text ended within its
 *   last line, so that nobody can tell whether something was cut off.
 * - `envelope`: a header or trailer as it stands.
 * - `fault`: what is wrong with the whole: lines outside of any message, counts that do not fit.
 */
export type BatchItem =
  | { kind: 'message'; bytes: Buffer; line: number; isOpen: boolean }
  | { kind: 'envelope'; segment: Envelope; bytes: Buffer; line: number }
  | { kind: 'fault'; text: string; line: number };

export type Envelope = 'FHS' | 'BHS' | 'BTS' | 'FTS';

export type BatchSplitter = {
  /** Takes the next bytes; gives what they complete. */
  push(chunk: Buffer): BatchItem[];
  /** Gives the rest, once nothing more comes. */
  end(): BatchItem[];
};

const DEFAULT_MAX_MESSAGE_BYTES = 1 << 20;
const UTF8_MARK = '\u00ef\u00bb\u00bf';

/** Whether bytes begin as a batch does. */
export function isBatch(bytes: Buffer): boolean {
  // An odd byte at the end is half a letter; a copy, since turning the pairs round is done in place.
  const opening = Buffer.from(bytes.subarray(0, Math.min(10, bytes.length & ~1)));
  const order = utf16Of(bytes);
  const text =
    order === undefined
      ? opening.toString('latin1')
      : (order === 'UTF-16BE' ? opening.swap16() : opening).toString('utf16le');
  return /^\ufeff?[FB]HS/.test(text);
}

/** Gives what a whole text is made of. */
export function splitBatch(bytes: Buffer): BatchItem[] {
  const splitter = createBatchSplitter();
  return [...splitter.push(bytes), ...splitter.end()];
}

/**
 * Gives a splitter of messages that follow each other, with or without FHS/BHS … BTS/FTS around them, MLLP's frame
 * bytes or a byte order mark; lines end in CR, LF or CR LF. It holds one message at a time.
 */
export function createBatchSplitter(options: { maxMessageBytes?: number } = {}): BatchSplitter {
  const maxLength = options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  const counts = createCounts();
  let order: ReturnType<typeof utf16Of> | 'unread' = 'unread';
  let odd: Buffer = Buffer.alloc(0);
  let rest = '';
  let line = 0;
  let message: { lines: string[]; length: number; line: number } | undefined;
  /** Lines of something that was given up: until a segment that begins anew. */
  let skipping = false;

  function toText(chunk: Buffer, isLast = false): string {
    const all = Buffer.concat([odd, chunk]);
    if (order === 'unread') {
      odd = all;
      // Two bytes tell.
      if (all.length < 2 && !isLast) return '';
      order = utf16Of(all);
    }
    if (order === undefined) {
      odd = Buffer.alloc(0);
      return all.toString('latin1');
    }
    const even = all.length & ~1;
    odd = Buffer.from(all.subarray(even));
    const pairs = Buffer.from(all.subarray(0, even));
    return (order === 'UTF-16BE' ? pairs.swap16() : pairs).toString('utf16le');
  }

  function toBytes(text: string): Buffer {
    if (order === undefined || order === 'unread') return Buffer.from(text, 'latin1');
    const bytes = Buffer.from(text, 'utf16le');
    return order === 'UTF-16BE' ? bytes.swap16() : bytes;
  }

  function finish(isOpen = false): BatchItem[] {
    const done = message;
    message = undefined;
    if (done === undefined) return [];
    counts.message();
    const text = `${done.lines.join('\r')}${isOpen ? '' : '\r'}`;
    return [{ kind: 'message', bytes: toBytes(text), line: done.line, isOpen }];
  }

  function giveUp(text: string): BatchItem[] {
    const at = message?.line ?? line;
    message = undefined;
    skipping = true;
    return [{ kind: 'fault', text, line: at }];
  }

  function envelope(segment: Envelope, text: string): BatchItem[] {
    skipping = false;
    const found: BatchItem[] = [...finish(), { kind: 'envelope', segment, bytes: toBytes(text), line }];
    for (const fault of counts.envelope(segment, text)) found.push({ kind: 'fault', text: fault, line });
    return found;
  }

  function takeLine(raw: string, isOpen = false): BatchItem[] {
    line += 1;
    const text = withoutFrame(line === 1 ? withoutMark(raw) : raw);
    if (text.trim() === '') return [];
    const opening = /^(?:(MSH)|(FHS|BHS|BTS|FTS))(?=[^A-Za-z0-9]|$)/.exec(text);
    if (opening?.[2] !== undefined) return envelope(segmentOf(opening[2]), text);
    const found: BatchItem[] = [];
    if (opening !== null) {
      found.push(...finish());
      skipping = false;
      message = { lines: [], length: 0, line };
    }
    if (message === undefined) {
      return skipping ? found : giveUp('This line belongs to no message: none has begun with MSH');
    }
    message.lines.push(text);
    message.length += text.length + 1;
    if (message.length > maxLength)
      return [...found, ...giveUp(`A message is longer than ${maxLength} bytes`)];
    return isOpen ? [...found, ...finish(true)] : found;
  }

  return {
    push(chunk) {
      rest += toText(chunk);
      // A CR that ends the chunk may be the first half of CR LF.
      const lines = rest.split(/\r\n|\n|\r(?=[^\n])/);
      rest = lines.pop() ?? '';
      const found = lines.flatMap((one) => takeLine(one));
      if (rest.length <= maxLength) return found;
      rest = '';
      return [...found, ...giveUp(`A message is longer than ${maxLength} bytes`)];
    },
    end() {
      rest += toText(Buffer.alloc(0), true);
      const endsInCr = rest.endsWith('\r');
      const last = endsInCr ? rest.slice(0, -1) : rest;
      rest = '';
      const found = last === '' ? [] : takeLine(last, !endsInCr && withoutFrame(last) === last);
      found.push(...finish());
      for (const fault of counts.end()) found.push({ kind: 'fault', text: fault, line });
      return found;
    },
  };
}

function segmentOf(name: string): Envelope {
  return name === 'FHS' || name === 'BHS' || name === 'BTS' ? name : 'FTS';
}

function withoutMark(text: string): string {
  return text.startsWith(UTF8_MARK) ? text.slice(UTF8_MARK.length) : text.replace(/^\ufeff/, '');
}

const FRAME_BYTES: ReadonlySet<string> = new Set(['\u000b', '\u001c']);

function withoutFrame(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && FRAME_BYTES.has(text.charAt(from))) from += 1;
  while (to > from && FRAME_BYTES.has(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

/** Counts what came, for BTS-1 (messages of a batch) and FTS-1 (batches of a file). */
function createCounts() {
  let isFileOpen = false;
  let isBatchOpen = false;
  let messages = 0;
  let batches = 0;

  function compare(text: string, came: number, what: string): string[] {
    const separator = text.charAt(3);
    const said = separator === '' ? '' : (text.split(separator)[1] ?? '').trim();
    if (said === '' || Number(said) === came) return [];
    // What stands there may be anything; only a number is repeated.
    const announced = /^\d{1,9}$/.test(said) ? said : 'no number';
    return [`${text.slice(0, 3)}-1 says ${announced}, but ${came} ${what} came`];
  }

  return {
    message(): void {
      messages += 1;
    },
    envelope(segment: Envelope, text: string): string[] {
      switch (segment) {
        case 'FHS': {
          const faults = isFileOpen || isBatchOpen ? ['FHS within a file that has not ended'] : [];
          isFileOpen = true;
          batches = 0;
          return faults;
        }
        case 'BHS': {
          const faults = isBatchOpen ? ['BHS within a batch that has not ended'] : [];
          isBatchOpen = true;
          messages = 0;
          batches += 1;
          return faults;
        }
        case 'BTS': {
          const faults = isBatchOpen ? compare(text, messages, 'messages') : ['BTS without BHS'];
          isBatchOpen = false;
          return faults;
        }
        case 'FTS': {
          const faults = isBatchOpen ? ['FTS within a batch that has not ended'] : [];
          faults.push(...(isFileOpen ? compare(text, batches, 'batches') : ['FTS without FHS']));
          isFileOpen = false;
          isBatchOpen = false;
          return faults;
        }
      }
    },
    end(): string[] {
      const open = [...(isBatchOpen ? ['BTS'] : []), ...(isFileOpen ? ['FTS'] : [])];
      return open.length === 0 ? [] : [`The end is missing: no ${open.join(', no ')}`];
    },
  };
}
