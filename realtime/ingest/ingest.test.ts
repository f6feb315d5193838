import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unitBedsSchema } from '#domain/beds/schema.ts';
import { connectSocket, createFollower, type Follower, signIn } from '../testing/contract-client.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { until } from '../testing/until.ts';
import { connectMllp, type MllpClient } from './mllp/client.ts';

/*
 * The HL7 v2 door of a real server, from the bytes of a feed to the screen of whoever looks.
 */

let server: TestServer;
let feed: MllpClient;
let board: Follower;
let wall: Follower;
const sockets: { disconnect(): unknown }[] = [];
let count = 0;

beforeAll(async () => {
  server = await startTestServer('uws');
  feed = await connectMllp({ host: '127.0.0.1', port: server.process().mllpPort });
  board = createFollower('unit/4w/beds');
  wall = createFollower('unit/4w/beds');
  for (const [follower, role] of [
    [board, 'nurse'],
    [wall, 'command_center'],
  ] as const) {
    const socket = await connectSocket(server.url(), await signIn(server.url(), role));
    sockets.push(socket);
    await follower.attach(socket);
  }
});
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await feed.close();
  await server.close();
});

function adt(
  trigger: string,
  segments: string[],
  options: { id?: string; source?: string; at?: string } = {},
): string {
  count += 1;
  const {
    id = `T${count}`,
    source = 'DEMO|RGH',
    at = `202603010800${String(count).padStart(2, '0')}`,
  } = options;
  return [
    `MSH|^~\\&|${source}|CAREWALL|RGH|${at}||ADT^${trigger}|${id}|P|2.5.1`,
    `EVN||${at}`,
    ...segments,
  ].join('\r');
}
const stay = (visit: string, room: string, family = 'SECRETNAME'): string[] => [
  `PID|1||M${visit}^^^RGH^MR||${family}^Given||19500102|F`,
  `PV1|1|I|4W^${room}^1^RGH||||||||||||||||${visit}`,
];
const bedOf = (follower: Follower, id: string) => unitBedsSchema.parse(follower.state()).beds[id];
const code = (ack: string): string | undefined => /MSA\|(A[AER])/.exec(ack)?.[1];

test('an ADT^A01 fills a bed on every open screen, acknowledged after commit', async () => {
  const ack = await feed.send(adt('A01', stay('V1', '401')));
  expect(code(ack)).toBe('AA');
  await until(
    'the board shows the patient',
    () => bedOf(board, '4w-01')?.occupant?.patient?.family === 'SECRETNAME',
  );
  await until('the wall shows the bed occupied', () => bedOf(wall, '4w-01')?.operationalStatus === 'O');
  expect(JSON.stringify(wall.state())).not.toContain('SECRETNAME');
});

test('an ADT^A02 moves, an A03 leaves, an A20 states', async () => {
  expect(code(await feed.send(adt('A02', stay('V1', '402'))))).toBe('AA');
  await until('the visit has moved', () => bedOf(wall, '4w-03')?.operationalStatus === 'O');
  expect(bedOf(wall, '4w-01')).toMatchObject({ operationalStatus: 'H', turnaround: { status: 'requested' } });
  expect(code(await feed.send(adt('A03', stay('V1', '402'))))).toBe('AA');
  await until('the bed was left', () => bedOf(wall, '4w-03')?.operationalStatus === 'H');
  expect(code(await feed.send(adt('A20', ['NPU|4W^402^1^RGH|U'])))).toBe('AA');
  await until('the bed is ready', () => bedOf(wall, '4w-03')?.operationalStatus === 'U');
});

test('a repeated control id is applied once, and acknowledged again', async () => {
  const message = adt('A01', stay('V2', '403'));
  const first = await feed.send(message);
  const head = await until(
    'it is there',
    () => bedOf(wall, '4w-05')?.operationalStatus === 'O' && wall.position()?.seq,
  );
  expect(code(first)).toBe('AA');
  expect(code(await feed.send(message))).toBe('AA');
  expect(code(await feed.send(adt('A20', ['NPU|4W^404^1^RGH|K'])))).toBe('AA');
  await until('the next one has come', () => bedOf(wall, '4w-07')?.operationalStatus === 'K');
  expect(wall.position()?.seq).toBe(head + 1);
});

test.each([
  ['an unknown bed', () => adt('A20', ['NPU|4W^999^1^RGH|U']), 'AE'],
  ['an unknown source', () => adt('A20', ['NPU|4W^401^1^RGH|U'], { source: 'NOBODY|RGH' }), 'AR'],
  ['an unknown event', () => adt('Z99', ['NPU|4W^401^1^RGH|U']), 'AR'],
  ['a status that is not in table 0116', () => adt('A20', ['NPU|4W^401^1^RGH|R']), 'AE'],
  ['a visit with no number', () => adt('A01', ['PID|1||M9^^^RGH^MR||X^Y', 'PV1|1|I|4W^405^1^RGH']), 'AE'],
  ['no segments', () => `MSH|^~\\&|DEMO|RGH|C|R|20260301||ADT^A01|${Math.random()}|P|2.5.1`, 'AE'],
])('%s is acknowledged negatively', async (_what, message, expected) => {
  expect(code(await feed.send(message()))).toBe(expected);
});

test('broken framing, half messages and 10 MB messages leave the other connections undisturbed', async () => {
  const port = server.process().mllpPort;
  const raw = connect(port, '127.0.0.1');
  let heard = '';
  raw.setEncoding('latin1').on('data', (text: string) => {
    heard += text;
  });
  raw.on('error', () => undefined);
  await new Promise<void>((resolve) => raw.once('connect', () => resolve()));
  raw.write('\u000bMSH|^~\\&|DEMO|RGH|C|R|20260301||ADT^A20|BIG|P|2.5.1\r');
  for (let sent = 0; sent < 10; sent += 1) raw.write('x'.repeat(1024 * 1024));
  raw.write('\u001c\r');
  await until('the large one is refused', () => heard.includes('MSA|AR'));
  raw.write('noise\u000b half a message');
  expect(code(await feed.send(adt('A20', ['NPU|4W^406^1^RGH|K'])))).toBe('AA');
  await until('the feed goes on', () => bedOf(wall, '4w-11')?.operationalStatus === 'K');
  raw.destroy();
});

test('INV-4.3 what identified a patient is in no log line and no metric', async () => {
  const metrics = await (await fetch(`${server.url()}/metrics`)).text();
  for (const text of [server.process().log(), metrics]) expect(text).not.toMatch(/SECRETNAME|MV1|MV2/);
});

test('INV-5.3 an admission into a bed held for another wins, and the unit is told', async () => {
  const alerts = createFollower('unit/4w/alerts');
  const token = await signIn(server.url(), 'nurse');
  const socket = await connectSocket(server.url(), token);
  sockets.push(socket);
  await alerts.attach(socket);
  const { v7 } = await import('uuid');
  await socket.emitWithAck('command', { id: v7(), type: 'bed.claim', data: { bed: '4w-13', visit: 'V77' } });
  expect(code(await feed.send(adt('A01', stay('V78', '407'))))).toBe('AA');
  await until('an alert stands', () => JSON.stringify(alerts.state()).includes('claim-overruled'));
  expect(bedOf(board, '4w-13')).toMatchObject({ operationalStatus: 'O', occupant: { visit: 'V78' } });
});
