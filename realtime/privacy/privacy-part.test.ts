import { strFromU8, unzipSync } from 'fflate';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, connectSocket, createFollower, signIn } from '../testing/contract-client.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { until } from '../testing/until.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer('node');
});
afterAll(() => server.close());

function get(path: string, token: string): Promise<Response> {
  return fetch(`${server.url()}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
}

it('somebody asks for their data, sees it come, and alone takes it away, having proved themselves', async () => {
  const [nurse, other, admin] = await Promise.all([
    signIn(server.url(), 'nurse'),
    signIn(server.url(), 'clinician'),
    signIn(server.url(), 'admin'),
  ]);
  const socket = await connectSocket(server.url(), nurse);
  const follower = createFollower('user/demo-nurse/privacy');
  await follower.attach(socket);
  const request = uuidv7();
  const answer = await ask(socket, 'command', {
    id: uuidv7(),
    type: 'privacy.ask',
    data: { account: 'demo-nurse', request, kind: 'export' },
  });
  expect(answer).toMatchObject({ ok: true });
  await until('it is ready', () => JSON.stringify(follower.state()).includes('"status":"ready"'));
  expect(follower.violations).toEqual([]);
  expect(follower.history.length).toBeGreaterThanOrEqual(2);

  const path = `/privacy/archives/${request}`;
  const archive = await get(path, nurse);
  expect(archive.status).toBe(200);
  expect(archive.headers.get('cache-control')).toBe('no-store');
  expect(archive.headers.get('content-type')).toBe('application/zip');
  const files = unzipSync(new Uint8Array(await archive.arrayBuffer()));
  expect(strFromU8(files['accounts.json'] ?? new Uint8Array())).toContain('nurse@demo.carewall.example');
  // Nobody else, whatever they are; and nothing that is not there: the same answer.
  for (const [token, asked] of [
    [other, path],
    [admin, path],
    [nurse, `/privacy/archives/${uuidv7()}`],
    [nurse, '/privacy/archives/..%2f..'],
  ] as const)
    expect((await get(asked, token)).status, asked).toBe(404);

  await server.database.owner`
    update carewall.sessions set stepped_up_at = clock_timestamp() - interval '11 minutes' where account = 'demo-nurse'`;
  const stale = await get(path, nurse);
  expect(await stale.json()).toMatchObject({ code: 'step_up' });
  const audited = await server.database.owner`
    select outcome from carewall.audit where action = 'privacy.download' order by id`;
  expect(audited.map(({ outcome }) => outcome)).toEqual(['ok', 'step_up']);
  socket.disconnect();
});

it('how long data is kept is told', async () => {
  const response = await get('/privacy/settings', await signIn(server.url(), 'admin'));
  expect(await response.json()).toMatchObject({
    retention: { events: 90, sessions: 30 },
    erasureKeeps: ['messages'],
  });
});
