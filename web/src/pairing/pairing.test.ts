import { describe, expect, test } from 'vitest';
import { type Pairing, pair } from './pairing.ts';

const begun = (n: number) => ({
  deviceCode: 'd'.repeat(64),
  userCode: `CODE-${n}`,
  verificationUri: 'https://walls.example/admin/walls',
  verificationUriComplete: `https://walls.example/admin/walls#CODE-${n}`,
  expiresIn: 600,
  interval: 3,
});

/** Plays a server's answers by status, one after the other; gives what was told and how long was waited. */
async function play(...answers: (number | 'begun' | 'nothing')[]) {
  const told: Pairing[] = [];
  const waits: number[] = [];
  const over = new AbortController();
  let codes = 0;
  await pair({
    fetch: async () => {
      const answer = answers.shift();
      if (answers.length === 0) over.abort();
      if (answer === 'nothing' || answer === undefined) throw new TypeError('the network is gone');
      if (answer !== 'begun') return new Response('{}', { status: answer });
      codes += 1;
      return Response.json(begun(codes));
    },
    clock: () => 0,
    pause: async (ms) => void waits.push(ms),
    signal: over.signal,
    tell: (pairing) => told.push(pairing),
  });
  return { told, waits };
}

const statuses = (told: readonly Pairing[]) =>
  told.map((one) => (one.status === 'waiting' ? one.userCode : one.status));

describe('a display that asks to be paired', () => {
  test('shows its code until somebody has approved it', async () => {
    const { told, waits } = await play('begun', 409, 409, 200, 'nothing');
    expect(statuses(told)).toEqual(['CODE-1', 'paired']);
    expect(waits).toEqual([3_000, 3_000, 3_000]);
  });

  test('slows down when it is told to', async () => {
    const { waits } = await play('begun', 429, 409, 429, 200, 'nothing');
    expect(waits).toEqual([3_000, 8_000, 8_000, 13_000]);
  });

  test('shows another code when one has run out, and ends when it is turned away', async () => {
    const { told } = await play('begun', 409, 410, 'begun', 403, 'nothing');
    expect(statuses(told)).toEqual(['CODE-1', 'CODE-2', 'denied']);
  });

  test('tries again where the server cannot be reached, keeping its code', async () => {
    const { told } = await play('nothing', 503, 'begun', 'nothing', 503, 409, 200, 'nothing');
    expect(statuses(told)).toEqual(['unreachable', 'unreachable', 'CODE-1', 'paired']);
  });

  test('waits for long where too many ask', async () => {
    const { told, waits } = await play(429, 'begun', 200, 'nothing');
    expect(statuses(told)).toEqual(['crowded', 'CODE-1', 'paired']);
    expect(waits[0]).toBeGreaterThanOrEqual(16_000);
  });
});
