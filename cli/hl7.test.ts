import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestCertificates } from '#db/testing/certificates.ts';
import { createHl7Door } from '#realtime/ingest/hl7/door.ts';
import { evn, message, msh, pid, pv1, source } from '#realtime/ingest/hl7/sample-messages.ts';
import { createMllpServer, type MllpServerOptions } from '#realtime/ingest/mllp/server.ts';
import { readTlsIdentity } from '#realtime/ingest/mllp/tls.ts';
import type { CliCommand, Terminal } from './command-line.ts';
import { hl7Check } from './hl7-check.ts';
import { hl7Send } from './hl7-send.ts';

let folder: string;
const cleanups: (() => Promise<void>)[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carewall-hl7-'));
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const a01 = (id: string) => message(msh({ controlId: id }), evn, pid, pv1);
const a20 = (id: string, status = 'K') =>
  message(msh({ controlId: id, type: 'ADT^A20' }), evn, `NPU|4W^402^B|${status}`);

async function file(text: string | Buffer): Promise<string> {
  const path = join(folder, `${Math.random()}.hl7`);
  await writeFile(path, text);
  return path;
}

async function run(command: CliCommand, args: string[], interruption = new AbortController()) {
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    progress: () => undefined,
    interrupted: interruption.signal,
  };
  return { code: await command.run(args, terminal), out, err };
}

async function serve(options: Partial<MllpServerOptions> = {}) {
  const applied: string[] = [];
  const door = createHl7Door({
    findSource: async (application) => (application === source.application ? source : undefined),
    submit: async (_source, command) => {
      applied.push(command.type);
      return { ok: true };
    },
    now: Date.now,
  });
  const server = createMllpServer({
    ...{
      host: '127.0.0.1',
      port: 0,
      maxConnections: 20,
      idleTimeoutMs: 60_000,
      halfMessageTimeoutMs: 60_000,
    },
    handle: door.handle,
    refuse: door.refuse,
    ...options,
  });
  cleanups.push(() => server.close(100));
  const { port } = await server.listen();
  return { to: `127.0.0.1:${port}`, applied, server, port };
}

describe('hl7 check', () => {
  test('says what each message would do, and no name', async () => {
    const path = await file(a01('M1') + a20('M2') + a01('M1'));
    const { code, out, err } = await run(hl7Check, [path, '--timezone', 'Asia/Ho_Chi_Minh']);
    expect(out).toEqual([
      'line 1: M1 A01: a visit begins at NORTH 4W 401 A, 2026-01-31T01:15:00.000Z',
      'line 5: M2 A20: NORTH 4W 402 B is contaminated, 2026-01-31T01:15:00.000Z',
      'line 8: M1 A01: again, without effect: a visit begins at NORTH 4W 401 A, 2026-01-31T01:15:00.000Z',
    ]);
    expect([code, err[0]]).toEqual([0, '3 messages: 3 would be taken, 0 refused']);
    expect([...out, ...err].join()).not.toMatch(/Holloway|D000123|V000123/);
  });

  test('with patients where it is asked to', async () => {
    const { out } = await run(hl7Check, [await file(a01('M1')), '--show-patients', '--timezone', 'UTC']);
    expect(out[0]).toContain('visit V000123 of D000123 (Agnes Holloway) begins at NORTH 4W 401 A');
  });

  test('says what would be refused and where, and what is wrong with the file', async () => {
    const text = [
      'BHS|^~\\&|A\r',
      a20('M1', 'X'),
      a01('M2').replace('V000123', ''),
      a01('M3').replace('ADT^A01^ADT_A01', 'ORU^R01'),
      a01('M4'),
      a01('M4').replace('Agnes', 'Anna'),
      a01('M5').replace('D000123', 'D'.repeat(500)),
      'BTS|7\r',
    ];
    const { code, out, err } = await run(hl7Check, [await file(text.join('')), '--timezone', 'UTC']);
    expect(code).toBe(1);
    expect(out.map((line) => line.replace(/^line \d+: /, ''))).toEqual([
      'M1 A20: refused, AE 103: Table value not found: NPU-2',
      'M2 A01: refused, AE 101: Required field missing: PV1-19.1',
      'M3 R01: refused, AR 200: Unsupported message type: MSH-9.1',
      expect.stringContaining('M4 A01: a visit begins'),
      'M4 A01: refused, AE 205: Control id already used for other content: MSH-10',
      'M5 A01: refused, AE 102: Data type error: PID-3.1',
      'BTS-1 says 7, but 6 messages came',
    ]);
    expect(err[0]).toBe('6 messages: 1 would be taken, 5 refused');
  });

  test('what is in a file is no command for a terminal', async () => {
    const { out } = await run(hl7Check, [await file(a01('M\u009b2J1'))]);
    expect(out[0]).not.toMatch(/\p{Cc}/u);
  });

  test.each([[[]], [['a', 'b']], [['/nowhere.hl7']], [['x', '--timezone', 'Nowhere']], [['x', '--what']]])(
    'called with %j it says how it is called',
    async (args) => {
      await expect(run(hl7Check, args)).rejects.toMatchObject({ name: 'UsageError' });
    },
  );
});

describe('hl7 send', () => {
  test('sends what a file holds, in order, and prints each refusal with its place', async () => {
    const { to, applied } = await serve();
    const path = await file(`\u000b${a01('M1')}\u001c\r\u000b${a20('M2', 'X')}\u001c\r${a20('M3')}`);
    const { code, out, err } = await run(hl7Send, [path, '--to', to]);
    expect(out).toEqual(['line 6: M2 AE: Table value not found: NPU-2']);
    expect(applied).toEqual(['bed.record-admission', 'bed.record-status']);
    expect([code, err.at(-1)]).toEqual([1, expect.stringMatching(/^3 messages sent, 1 refused/)]);
  });

  test('all taken: nothing is printed but the sum', async () => {
    const { to } = await serve();
    const { code, out } = await run(hl7Send, [await file(a01('M1')), '--to', to, '--rate', '500']);
    expect([code, out]).toEqual([0, []]);
  });

  test.each([
    ['AL', 'AL', 0],
    ['NE', 'NE', 0],
    ['AL', 'NE', 0],
    ['ER', 'NE', 0],
  ])(
    'in enhanced mode %s %s it hears as many answers as it asked for',
    async (accept, application, expected) => {
      const { to, applied } = await serve();
      const text = [a01('M1'), a20('M2')]
        .join('')
        .replaceAll('|2.5.1||||||', `|2.5.1|||${accept}|${application}||`);
      const { code } = await run(hl7Send, [await file(text), '--to', to]);
      expect([code, applied.length]).toEqual([expected, 2]);
    },
  );

  test('connects anew and sends again what was not answered', async () => {
    let dropped = 0;
    const { to, server, port, applied } = await serve({
      handle: async () => {
        dropped += 1;
        // No handler for what is thrown: the connection is closed without an answer.
        throw new Error('no answer');
      },
      refuse: () => undefined,
    });
    const sending = run(hl7Send, [await file(a01('M1') + a20('M2')), '--to', to]);
    while (dropped === 0) await new Promise((resolve) => setImmediate(resolve));
    await server.close(0);
    const again = await serve({ port });
    const { code, err } = await sending;
    expect(code).toBe(0);
    expect([applied, again.applied]).toEqual([[], ['bed.record-admission', 'bed.record-status']]);
    expect(err[0]).toBe('The connection is lost (closed); it is made again.');
  });

  test('says where it stopped, and goes on from there', async () => {
    const interruption = new AbortController();
    const { to, applied } = await serve();
    const path = await file(a01('M1') + a20('M2') + a20('M3'));
    const stopping = run(hl7Send, [path, '--to', to, '--rate', '0.5'], interruption);
    while (applied.length === 0) await new Promise((resolve) => setImmediate(resolve));
    interruption.abort();
    const stopped = await stopping;
    const line = /go on with --from (\d+)/.exec(stopped.err.join())?.[1] ?? '';
    expect([stopped.code, line]).toEqual([1, '5']);
    expect((await run(hl7Send, [path, '--to', to, '--from', line])).code).toBe(0);
    expect(applied).toEqual(['bed.record-admission', 'bed.record-status', 'bed.record-status']);
  });

  test('nobody there is told at once', async () => {
    const { to, server } = await serve();
    await server.close(0);
    const { code, err } = await run(hl7Send, [await file(a01('M1')), '--to', to]);
    expect([code, err[0]]).toEqual([1, expect.stringContaining(`${to} does not answer (refused)`)]);
  });

  test('over TLS with a certificate of its own', async () => {
    const certificates = await createTestCertificates();
    cleanups.push(certificates.remove);
    const [ours, theirs] = await Promise.all([certificates.server('server'), certificates.client('lab')]);
    const { to, applied } = await serve({ tls: await readTlsIdentity({ ...ours, ca: certificates.ca }) });
    const path = await file(a01('M1'));
    const shown = ['--ca', certificates.ca, '--cert', theirs.cert, '--key', theirs.key];
    expect((await run(hl7Send, [path, '--to', to, ...shown])).code).toBe(0);
    expect(applied).toHaveLength(1);
    const { code, err } = await run(hl7Send, [path, '--to', to, '--tls']);
    expect([code, err[0]]).toEqual([1, expect.stringContaining('The certificate is not trusted')]);
  });

  test.each([[[]], [['x']], [['x', '--to', 'nowhere']], [['x', '--to', 'a:1', '--rate', '-1']]])(
    'called with %j it says how it is called',
    async (args) => {
      await expect(run(hl7Send, args)).rejects.toMatchObject({ name: 'UsageError' });
    },
  );
});
