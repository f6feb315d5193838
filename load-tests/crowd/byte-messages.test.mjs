import { expect, test } from 'vitest';
import { createByteReader, isEvent, seqOf, topicOf } from './byte-messages.mjs';

const epoch = '7412:1';

test('messages are found whole, however the bytes come in pieces', () => {
  const short = [frameOf('unit/ds/beds', 7), '2', frameOf('unit/4w/beds', 1_204)];
  const long = [...short, 'x'.repeat(70_000), '2'];
  for (const [texts, step] of [
    ...[1, 2, 3, 125].map((each) => [short, each]),
    ...[4_096, 65_536, 80_000].map((each) => [long, each]),
  ]) {
    const bytes = Buffer.concat(texts.map(serverMessage));
    const seen = [];
    // One memory for all pieces, as sockets share it: nothing may be kept in it.
    const shared = Buffer.alloc(step);
    const read = createByteReader((_, chunk, start, end) => {
      seen.push(chunk.toString('utf8', start, end));
    });
    for (let at = 0; at < bytes.length; at += step) {
      const length = bytes.copy(shared, 0, at, Math.min(bytes.length, at + step));
      read(shared, length);
      shared.fill(0);
    }
    expect(seen).toEqual(texts);
  }
});

test('a message in fragments is refused, not taken for a whole one', () => {
  const read = createByteReader(() => undefined);
  expect(() => read(Buffer.from([0x01, 1, 0x32]), 3)).toThrow('fragments');
});

test('topic and seq are read where they stand, as JSON has them', () => {
  const topics = ['unit/ds/beds', 'unit/ds/bed', 'unit/4w/beds', 'unit/4w/alerts'];
  const names = topics.map((topic) => Buffer.from(topic));
  for (const [index, topic] of topics.entries()) {
    for (const seq of [0, 9, 10, 4_294_967_296, 9_007_199_254_740_991]) {
      const text = frameOf(topic, seq);
      // In the midst of others, as it comes.
      const bytes = Buffer.from(`before${text}after`);
      const [start, end] = [6, 6 + Buffer.byteLength(text)];
      expect(isEvent(bytes, start, end)).toBe(true);
      expect(topicOf(names, bytes, start)).toBe(index);
      expect(seqOf(bytes, start, Buffer.byteLength(topic), Buffer.byteLength(epoch))).toBe(seq);
    }
  }
});

test('what is no event, of no known topic, or of another shape is not taken for one', () => {
  for (const text of [
    '42["heads",{"at":"2026-11-21T08:00:00.000Z","heads":{}}]',
    '430[{"ok":true,"events":[]}]',
    '2',
  ]) {
    const bytes = Buffer.from(text);
    expect(isEvent(bytes, 0, bytes.length)).toBe(false);
  }
  const bytes = Buffer.from(frameOf('unit/icu/beds', 3));
  expect(topicOf([Buffer.from('unit/ic'), Buffer.from('unit/icu/beds/more')], bytes, 0)).toBe(-1);
  expect(seqOf(bytes, 0, 'unit/icu/beds'.length, epoch.length + 1)).toBeNaN();
});

function frameOf(topic, seq) {
  return `42${JSON.stringify(['event', { topic, epoch, seq, type: 'bed.closed', data: { note: 'ệ' } }])}`;
}

/** As a server sends it (RFC 6455): text, whole, not masked. */
function serverMessage(text) {
  const payload = Buffer.from(text);
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload]);
  if (length < 65_536) return Buffer.concat([Buffer.from([0x81, 126, length >> 8, length & 0xff]), payload]);
  const head = Buffer.alloc(10);
  head.set([0x81, 127]);
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}
