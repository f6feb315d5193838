import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { SharedState } from '../rooms/shared-states.ts';
import { stateJson } from '../rooms/state-json.ts';
import { createSnapshotBodies, encodingOf } from './snapshot-bodies.ts';

const state = {
  facilities: Object.fromEntries(Array.from({ length: 4_000 }, (_, n) => [`f-${n}`, { name: 'Ễ', n }])),
};
const text = stateJson(state);
const shared: SharedState = {
  epoch: 'e',
  seq: 7,
  state,
  json: () => ({ text, bytes: Buffer.byteLength(text) }),
};
const head = {
  topic: 'network/availability',
  view: 'public.x',
  epoch: 'e',
  seq: 6,
  at: '2026-03-01T08:00:00.000Z',
};

describe('the body of a snapshot', () => {
  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
    ['', (bytes: Buffer) => bytes],
  ] as const)('says the same as %s, with the seq of the state', async (encoding, open) => {
    const response = await createSnapshotBodies().answer(head, shared, encoding);
    expect(response.headers.get('content-encoding') ?? '').toBe(encoding);
    const body: unknown = JSON.parse(open(Buffer.from(await response.arrayBuffer())).toString('utf8'));
    expect(body).toEqual({ ...head, seq: 7, state });
  });

  test('is written once for those who come together', async () => {
    const bodies = createSnapshotBodies();
    const all = await Promise.all(Array.from({ length: 20 }, () => bodies.answer(head, shared, 'br')));
    const later = { ...head, at: '2026-03-01T08:00:00.500Z' };
    const another = await bodies.answer(later, shared, 'br');
    const bytes = await Promise.all(
      [...all, another].map(async (one) => Buffer.from(await one.arrayBuffer())),
    );
    for (const one of bytes) expect(one.equals(bytes[0] ?? Buffer.alloc(0))).toBe(true);
  });
});

test.each([
  ['br, gzip', 'br'],
  ['gzip, deflate, br;q=0.9', 'br'],
  ['GZIP;q=1.0', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip'],
  ['br; q=0.000', undefined],
  ['identity', undefined],
  ['brotli', undefined],
  ['', undefined],
] as const)('of %j it takes %s', (accepted, encoding) => {
  expect(encodingOf(accepted)).toBe(encoding);
});
