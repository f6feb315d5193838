import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { disconnected, engineFixture } from './testing/engine-fixture.ts';
import { buildEngineProgram, type EngineProgram, type StartedEngine } from './testing/started-engine.ts';

const { create, start, raw, client } = engineFixture();

describe.each(['uws', 'node'] as const)('the life of %s', (name) => {
  let engine: StartedEngine & { port: number };
  let at: string;
  beforeEach(async () => {
    engine = await start({ prefer: name });
    at = `http://127.0.0.1:${engine.port}`;
  });

  it('says which engine it is and why', () => {
    expect(engine.created.name).toBe(name);
    expect(engine.created.why).toMatch(
      name === 'uws'
        ? /^uWebSockets\.js \(binary uws_\w+\.node, sha256 [0-9a-f]{64}\)$/
        : /^node \(asked for\)$/,
    );
  });

  it('names the address when the port is in use', async () => {
    const second = await create({ prefer: name });
    const listening = second.order({ do: 'listen', host: '127.0.0.1', port: engine.port });
    await expect(listening).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: `cannot listen on 127.0.0.1:${engine.port}: the port is in use`,
    });
    await second.order({ do: 'close', deadlineMs: 1_000 });
  });

  it('stops listening, and keeps those that are there', async () => {
    const socket = await client(engine.port);
    await engine.order({ do: 'stopListening' });
    await engine.order({ do: 'stopListening' });
    const refused = await new Promise((resolve) => {
      connect(engine.port, '127.0.0.1').once('error', resolve);
    });
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
    expect(await socket.emitWithAck('echo', 'here')).toBe('here');
  });

  it('closes: sockets go, a request in progress is answered, twice is once', async () => {
    const socket = await client(engine.port);
    const gone = disconnected(socket);
    const answer = fetch(`${at}/wait`);
    await engine.next('waiting');
    const closed = Promise.all([
      engine.order({ do: 'close', deadlineMs: 20_000 }),
      engine.order({ do: 'close', deadlineMs: 20_000 }),
    ]);
    await gone;
    await engine.order({ do: 'answer' });
    expect(await (await answer).text()).toBe('answered');
    await closed;
    await expect(fetch(`${at}/none`)).rejects.toThrow();
  });

  it('cuts at the deadline what does not end', async () => {
    const stalled = raw(engine.port);
    await stalled.joinAndStall('a');
    const answer = fetch(`${at}/abort`).catch((error: unknown) => error);
    await engine.next('waiting');
    const before = performance.now();
    await engine.order({ do: 'close', deadlineMs: 300 });
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(await answer).toBeInstanceOf(Error);
    stalled.socket.resume();
    await stalled.untilClosed();
    await engine.next('aborted');
  });
});

describe('a binary that is not the recorded one', () => {
  let changed: EngineProgram;
  beforeAll(async () => {
    changed = await buildEngineProgram({ binary: 'something else' });
  });
  afterAll(() => changed.remove());
  const reason =
    /uWebSockets\.js does not load: uws_\w+\.node has sha256 [0-9a-f]{64}, recorded is [0-9a-f]{64}/;

  it('is not loaded: auto takes node and says why', async () => {
    const engine = await changed.start({ prefer: 'auto' });
    await engine.kill();
    expect(engine.created).toMatchObject({ name: 'node', why: expect.stringMatching(reason) });
  });

  it('is not loaded: uws is refused', async () => {
    await expect(changed.start({ prefer: 'uws' })).rejects.toMatchObject({
      name: 'EngineUnavailable',
      message: expect.stringMatching(reason),
    });
  });
});
