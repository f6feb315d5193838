import { afterEach, describe, expect, test, vi } from 'vitest';
import { createHl7Door } from '../hl7/door.ts';
import type { Submitted } from '../hl7/submission.ts';
import { createMllpServer } from '../mllp/server.ts';
import { adtDay, adtStream } from './adt-day.ts';
import { createAdtPlayer } from './player.ts';

/** A machine with much else to do is slow, not wrong. */
const patience = { timeout: 10_000 };

const start = Date.UTC(2026, 0, 31);
const hospital = {
  facilityCode: 'NORTH',
  units: ['4W', '5W'].map((pointOfCare) => ({
    pointOfCare,
    beds: ['1', '2', '3', '4', '5', '6', '7', '8'].map((bed) => ({ room: '1', bed })),
  })),
  occupied: 0.88,
};

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function serve(port: number, applied: Set<string>, verdict: () => Submitted = () => ({ ok: true })) {
  const door = createHl7Door({
    findSource: async (application, facility) => ({
      id: 'source',
      org: 'org',
      facilityCode: facility,
      timezone: 'UTC',
      application,
      facility,
    }),
    submit: async (_source, { id }) => {
      const result = verdict();
      if (result.ok) applied.add(id);
      return result;
    },
    now: () => start,
  });
  const server = createMllpServer({
    host: '127.0.0.1',
    port,
    maxConnections: 5,
    idleTimeoutMs: 60_000,
    halfMessageTimeoutMs: 60_000,
    handle: door.handle,
    refuse: door.refuse,
  });
  const listening = await server.listen();
  cleanups.push(() => server.close(100));
  return { server, port: listening.port };
}

describe('the player', () => {
  test('plays a day over MLLP: every message acknowledged and applied once', async () => {
    const applied = new Set<string>();
    const { port } = await serve(0, applied);
    const steps = adtDay({ hospital, seed: 1, startMs: start });
    const acks: string[] = [];
    const player = createAdtPlayer({
      host: '127.0.0.1',
      port,
      steps,
      speed: Number.POSITIVE_INFINITY,
      onAcknowledged: ({ code }) => acks.push(code),
    });
    player.start();
    await player.finished;
    expect(acks).toEqual(steps.map(() => 'AA'));
    expect(applied.size).toBe(steps.length);
  });

  test('sends again after a lost connection and a "not now", in order and once', async () => {
    const applied = new Set<string>();
    const first = await serve(0, applied);
    const steps = adtDay({ hospital, seed: 2, startMs: start });
    const controlIds: string[] = [];
    let losses = 0;
    const player = createAdtPlayer({
      host: '127.0.0.1',
      port: first.port,
      steps,
      speed: Number.POSITIVE_INFINITY,
      retryMs: 5,
      onAcknowledged: ({ controlId }) => {
        controlIds.push(controlId);
        if (controlIds.length === 10) void first.server.close(0);
      },
      onDisconnected: () => {
        losses += 1;
      },
    });
    player.start();
    await vi.waitFor(() => expect(losses).toBeGreaterThan(0), patience);
    let refusals = 3;
    await serve(first.port, applied, () => {
      refusals -= 1;
      return refusals >= 0 ? { ok: false, error: { code: 'unavailable', message: '' } } : { ok: true };
    });
    await player.finished;
    expect(controlIds).toEqual(steps.map(({ message }) => message.split('|')[9]));
    expect(applied.size).toBe(steps.length);
  });

  test('waits for the time of each message at its speed, and stops at once', async () => {
    const applied = new Set<string>();
    const { port } = await serve(0, applied);
    const steps = adtStream({ hospital, seed: 3, startMs: start });
    // The opening admissions are half a second apart: at this speed five milliseconds.
    const player = createAdtPlayer({ host: '127.0.0.1', port, steps, speed: 100 });
    const startedAt = performance.now();
    player.start();
    await vi.waitFor(() => expect(applied.size).toBeGreaterThanOrEqual(8), patience);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(30);
    await player.stop();
    await player.finished;
  });

  test('stops while its message is never answered', async () => {
    const server = createMllpServer({
      host: '127.0.0.1',
      port: 0,
      maxConnections: 1,
      idleTimeoutMs: 60_000,
      halfMessageTimeoutMs: 60_000,
      handle: () => new Promise<Buffer>(() => undefined),
      hooks: { onOpen: () => opened() },
    });
    const opened = vi.fn();
    const { port } = await server.listen();
    cleanups.push(() => server.close(0));
    const player = createAdtPlayer({
      host: '127.0.0.1',
      port,
      steps: adtDay({ hospital, seed: 5, startMs: start }),
      speed: Number.POSITIVE_INFINITY,
    });
    player.start();
    await vi.waitFor(() => expect(opened).toHaveBeenCalled(), patience);
    await player.stop();
  });

  test('stops while nobody listens, and before it began', async () => {
    const { server, port } = await serve(0, new Set());
    await server.close(0);
    const losses = vi.fn();
    const steps = adtDay({ hospital, seed: 4, startMs: start });
    const player = createAdtPlayer({ host: '127.0.0.1', port, steps, speed: 1, onDisconnected: losses });
    player.start();
    await vi.waitFor(() => expect(losses).toHaveBeenCalled(), patience);
    await player.stop();
    const never = createAdtPlayer({ host: '127.0.0.1', port, steps, speed: 1 });
    await never.stop();
    await never.finished;
  });
});
