import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoUnits } from '#db/demo/demo-network.ts';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';

/*
 * A day of ADT as in load-tests/adt-day, short and as fast as it goes, against a real server: every trigger event, late
 * messages, repeated ones, mistakes. The board must be what an independent fold makes of the same messages.
 */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer('uws');
});
afterAll(() => server.close());

function play(seed: number): Promise<{ code: number | null; said: string }> {
  const args = [
    'load-tests/adt-day/main.mjs',
    ...['--url', server.url(), '--mllp', String(server.process().mllpPort)],
    ...['--units', demoUnits.map(({ id }) => id).join(',')],
    ...['--messages', '1500', '--rate', '0', '--seed', String(seed)],
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const hear = (text: Buffer) => {
    said += text.toString('utf8');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

test('INV-5.6 a day of ADT messages leaves the board as an independent fold of them says', async () => {
  const { code, said } = await play(1);
  expect(said).toContain('"differences":0');
  for (const trigger of ['A05', 'A11', 'A12', 'A13', 'A17', 'A21', 'A22', 'A40'])
    expect(said).toContain(`"${trigger}":`);
  expect(code).toBe(0);
}, 120_000);
