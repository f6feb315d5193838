import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BatchItem, createBatchSplitter, isBatch, splitBatch } from './batch.ts';
import { createHl7Door } from './door.ts';
import { evn, message, msh, peer, pid, pv1, source } from './sample-messages.ts';

const one = (id: string, extra = {}) => message(msh({ controlId: id, ...extra }), evn, pid, pv1);
const bhs = 'BHS|^~\\&|ADTSYS|NORTH|CAREWALL|NETWORK|20260131||b||BATCH1\r';
const fhs = 'FHS|^~\\&|ADTSYS|NORTH|CAREWALL|NETWORK|20260131||f||FILE1\r';

function shape(items: readonly BatchItem[], encoding: 'latin1' | 'utf16le' = 'latin1'): string[] {
  return items.map((item) => {
    if (item.kind === 'fault') return `${item.line} ${item.text}`;
    if (item.kind === 'envelope') return `${item.line} ${item.segment}`;
    const id = item.bytes.toString(encoding).split('|')[9];
    return `${item.line} message ${id} of ${item.bytes.length}${item.isOpen ? ' open' : ''}`;
  });
}
const size = Buffer.byteLength(one('M1'));

describe('what a file is made of', () => {
  test('messages that follow each other, with any end of line, frame bytes or a mark before them', () => {
    const expected = [`1 message M1 of ${size}`, `5 message M2 of ${size}`];
    const text = one('M1') + one('M2');
    const spaced = (one('M1') + one('M2')).replaceAll('\r', '\r\n');
    expect(shape(splitBatch(Buffer.from(text)))).toEqual(expected);
    expect(shape(splitBatch(Buffer.from(text.replaceAll('\r', '\n'))))).toEqual(expected);
    expect(shape(splitBatch(Buffer.from(`\ufeff${spaced}`)))).toEqual(expected);
    const framed = `\u000b${one('M1')}\u001c\r\u000b${one('M2')}\u001c\r`;
    expect(shape(splitBatch(Buffer.from(framed)))).toEqual([expected[0], `6 message M2 of ${size}`]);
    for (const isBig of [false, true]) {
      const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
      const items = splitBatch(isBig ? bytes.swap16() : bytes);
      expect(items.map((item) => item.kind === 'message' && item.bytes.length)).toEqual([size * 2, size * 2]);
    }
  });

  test('a last line without an end is told: something may be missing', () => {
    expect(shape(splitBatch(Buffer.from(one('M1').slice(0, -1))))).toEqual([
      `1 message M1 of ${size - 1} open`,
    ]);
  });

  test('envelopes, and counts that fit', () => {
    const text = `${fhs}${bhs}${one('M1')}${one('M2')}BTS|2\rFTS|1\r`;
    expect(shape(splitBatch(Buffer.from(text)))).toEqual([
      ...['1 FHS', '2 BHS', `3 message M1 of ${size}`, `7 message M2 of ${size}`, '11 BTS', '12 FTS'],
    ]);
  });

  test.each([
    ['BTS-1 says 3, but 2 messages came', `${bhs}${one('M1')}${one('M2')}BTS|3\r`],
    ['BTS-1 says no number, but 1 messages came', `${bhs}${one('M1')}BTS|Holloway\r`],
    ['FTS-1 says 2, but 1 batches came', `${fhs}${bhs}${one('M1')}BTS|1\rFTS|2\r`],
    ['The end is missing: no BTS, no FTS', `${fhs}${bhs}${one('M1')}`],
    ['BTS without BHS', `${one('M1')}BTS|1\r`],
    ['BHS within a batch that has not ended', `${bhs}${one('M1')}${bhs}${one('M2')}BTS|1\r`],
    ['FTS without FHS', `${bhs}${one('M1')}BTS|1\rFTS|1\r`],
    ['This line belongs to no message: none has begun with MSH', `PID|1\rPV1|1\r${one('M1')}`],
  ])('%s', (fault, text) => {
    const items = splitBatch(Buffer.from(text));
    expect(items.flatMap((item) => (item.kind === 'fault' ? [item.text] : []))).toEqual([fault]);
    expect(items.filter(({ kind }) => kind === 'message')).not.toEqual([]);
  });

  test('a message over the limit is told, and the next one read', () => {
    const splitter = createBatchSplitter({ maxMessageBytes: 2_000 });
    const text = `${one('M1')}NTE|1||${'x'.repeat(3_000)}\rNTE|2\r${one('M2')}`;
    const items = [...splitter.push(Buffer.from(text)), ...splitter.end()];
    expect(shape(items)).toEqual(['1 A message is longer than 2000 bytes', `7 message M2 of ${size}`]);
  });

  test('however it is cut into chunks', () => {
    const line = fc.constantFrom(
      ...[
        'MSH|^~\\&|A',
        'PID|1',
        'BHS|^~\\&',
        'BTS|1',
        'FHS|^~\\&',
        'FTS|1',
        '',
        'hello',
        '\u000bMSH|',
        '\u001c',
      ],
    );
    const text = fc
      .array(fc.tuple(line, fc.constantFrom('\r', '\n', '\r\n')), { maxLength: 12 })
      .map((lines) => Buffer.from(lines.flat().join('')));
    fc.assert(
      fc.property(text, fc.array(fc.nat(), { maxLength: 6 }), fc.boolean(), (plain, places, isWide) => {
        const bytes = isWide ? Buffer.from(`\ufeff${plain}`, 'utf16le') : plain;
        const edges = [
          0,
          ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b),
          bytes.length,
        ];
        const splitter = createBatchSplitter();
        const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
        const items = [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
        expect(shape(items)).toEqual(shape(splitBatch(bytes)));
      }),
      { numRuns: 500 },
    );
  });
});

describe('a batch in one frame', () => {
  function open() {
    const faults: string[] = [];
    const applied: string[] = [];
    const door = createHl7Door({
      findSource: async () => source,
      submit: async (_source, command) => {
        applied.push(command.id);
        return { ok: true };
      },
      onBatchFault: (text) => faults.push(text),
      now: () => Date.UTC(2026, 0, 31),
    });
    const send = async (text: string) =>
      (await door.handle(Buffer.from(text), peer)).map((answer) => answer.toString().split('\r'));
    return { send, applied, faults };
  }

  test('is told from a message', () => {
    expect(isBatch(Buffer.from(bhs))).toBe(true);
    expect(isBatch(Buffer.from(`\ufeff${fhs}`, 'utf16le'))).toBe(true);
    expect(isBatch(Buffer.from(`\ufeff${fhs}`, 'utf16le').swap16())).toBe(true);
    expect(isBatch(Buffer.from(one('M1')))).toBe(false);
    for (const hex of ['', '42', '004d1b', 'feff00']) expect(isBatch(Buffer.from(hex, 'hex'))).toBe(false);
  });

  test('each message is taken by itself; one batch answers for all', async () => {
    const { send, applied } = open();
    const [answer] = await send(`${fhs}${bhs}${one('M1')}${one('M2', { type: 'ADT^Z99' })}BTS|2\rFTS|1\r`);
    expect(applied).toHaveLength(1);
    const kinds = answer?.map((line) => line.slice(0, 3));
    expect(kinds).toEqual(['FHS', 'BHS', 'MSH', 'MSA', 'MSH', 'MSA', 'ERR', 'BTS', 'FTS', '']);
    expect(answer?.[1]).toBe('BHS|^~\\&|CAREWALL|NETWORK|ADTSYS|NORTH|20260131000000.000+0000|||||BATCH1');
    expect(answer?.filter((line) => line.startsWith('MSA'))).toEqual([
      'MSA|AA|M1',
      'MSA|AR|M2|Unsupported event code: MSH-9.2',
    ]);
    expect(answer?.slice(-3)).toEqual(['BTS|2', 'FTS|1', '']);
  });

  test('a count that does not fit is told in BTS-2; what came was taken', async () => {
    const { send, applied, faults } = open();
    const [answer] = await send(`${bhs}${one('M1')}BTS|2\r`);
    expect(answer?.at(-2)).toBe('BTS|1|BTS-1 says 2, but 1 messages came');
    expect(faults).toEqual(['BTS-1 says 2, but 1 messages came']);
    expect(applied).toHaveLength(1);
  });

  test('where no message wants an answer there is none', async () => {
    const quiet = one('M1').replace('|2.5.1||||||', '|2.5.1|||NE|NE||');
    expect(await open().send(`${bhs}${quiet}BTS|1\r`)).toEqual([]);
  });

  test('more messages than any batch holds are refused before one is taken', async () => {
    const { send, applied } = open();
    const [answer] = await send(bhs + 'MSH|^~\\&|x\r'.repeat(5_001));
    expect(answer?.[1]).toBe('MSA|AR||Value too long');
    expect(applied).toEqual([]);
  });
});
