import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFrameDecoder, type Frame, frame, HEAD_BYTES, NOISE_SPAN } from './framing.ts';

const LIMIT = 64;

function shape(found: readonly Frame[]): string[] {
  return found.map((one) =>
    one.kind === 'message' ? `message ${one.bytes.toString('latin1')}` : `fault ${one.reason}`,
  );
}

function decode(chunks: readonly Buffer[], maxMessageBytes = LIMIT): string[] {
  const decoder = createFrameDecoder({ maxMessageBytes });
  return chunks.flatMap((chunk) => shape(decoder.push(chunk)));
}

const ascii = (text: string) => Buffer.from(text, 'latin1');

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...places].map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
  const edges = [0, ...sorted, bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

/** Streams made mostly of the bytes that matter, so that every transition is met. */
const stream = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(0x0b, 0x1c, 0x0d, 0x0a) },
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 255 }) },
    ),
    { maxLength: 400 },
  )
  .map((bytes) => Buffer.from(bytes));

const payload = fc
  .uint8Array({ maxLength: LIMIT })
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0x0b || byte === 0x1c ? 0x41 : byte))));

describe('MLLP framing', () => {
  test('any cut of a stream into chunks gives the same result', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (bytes, places) => {
        expect(decode(cut(bytes, places), 8)).toEqual(decode([bytes], 8));
      }),
      { numRuns: 500 },
    );
  });

  test('frame and decode are a round trip, byte by byte and at once', () => {
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 8 }), (messages) => {
        const bytes = Buffer.concat(messages.map(frame));
        const expected = messages.map((message) => `message ${message.toString('latin1')}`);
        expect(decode([bytes])).toEqual(expected);
        expect(decode([...bytes].map((byte) => Buffer.of(byte)))).toEqual(expected);
      }),
    );
  });

  test('after any garbage the second of two good messages is read', () => {
    fc.assert(
      fc.property(stream, payload, (garbage, message) => {
        const results = decode([garbage, frame(ascii('first')), frame(message)]);
        expect(results.at(-1)).toBe(`message ${message.toString('latin1')}`);
      }),
    );
  });

  test('a message of exactly the limit passes, one byte more does not, and the next one works', () => {
    const fits = 'x'.repeat(LIMIT);
    const over = 'x'.repeat(LIMIT + 1);
    const bytes = Buffer.concat([frame(ascii(fits)), frame(ascii(over)), frame(ascii('next'))]);
    expect(decode([bytes])).toEqual([`message ${fits}`, 'fault too_large', 'message next']);
  });

  test('a 10 MB message is dropped as it streams: one fault with its head, then the next message', () => {
    const decoder = createFrameDecoder({ maxMessageBytes: 1 << 20 });
    const found: Frame[] = [...decoder.push(Buffer.of(0x0b)), ...decoder.push(ascii('MSH|^~\\&|HEAD'))];
    const block = Buffer.alloc(64 * 1024, 0x61);
    const before = process.memoryUsage().arrayBuffers;
    for (let sent = 0; sent < 10 * 1024 * 1024; sent += block.length) found.push(...decoder.push(block));
    expect(found).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
    found.push(...decoder.push(Buffer.of(0x1c, 0x0d)), ...decoder.push(frame(ascii('next'))));
    expect(shape(found)).toEqual(['fault too_large', 'message next']);
    const fault = found[0];
    if (fault?.kind !== 'fault' || !('head' in fault)) throw new Error('expected a fault with a head');
    expect(fault.head.length).toBe(HEAD_BYTES);
    expect(fault.head.toString('latin1').startsWith('MSH|^~\\&|HEAD')).toBe(true);
  });

  test.each([
    ['noise before a frame', 'abc\x0bone\x1c\r', ['fault noise', 'message one']],
    ['CR and LF between frames', '\x0bone\x1c\r\r\n\x0btwo\x1c\r\n', ['message one', 'message two']],
    ['a second start', '\x0bhalf\x0bone\x1c\r', ['fault unterminated_start', 'message one']],
    ['no CR, the next frame at once', '\x0bhalf\x1c\x0bone\x1c\r', ['fault broken_end', 'message one']],
    ['no CR, other bytes', '\x0bhalf\x1cmore\x1c\r\x0bone\x1c\r', ['fault broken_end', 'message one']],
    ['an empty frame', '\x0b\x1c\r', ['message ']],
    ['ends without a start', '\x1c\r\x1c\r', ['fault noise']],
    [
      'too large, then a start instead of an end',
      `\x0b${'x'.repeat(99)}\x0bone\x1c\r`,
      ['fault too_large', 'message one'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(decode([ascii(text)])).toEqual(expected);
  });

  test('a long run of noise is reported once a span, so that a peer of nothing but noise can be bounded', () => {
    expect(decode([Buffer.alloc(NOISE_SPAN * 3, 0x61)])).toEqual([
      'fault noise',
      'fault noise',
      'fault noise',
    ]);
  });

  test('what MLLP cannot carry is not framed', () => {
    expect(() => frame(ascii('a\x0bb'))).toThrow(RangeError);
    expect(() => frame(ascii('a\x1cb'))).toThrow(RangeError);
  });
});
