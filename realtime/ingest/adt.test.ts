import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { unitBedsSchema } from '#domain/beds/schema.ts';
import { connectSocket, createFollower, type Follower, signIn } from '../testing/contract-client.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { until } from '../testing/until.ts';
import { connectMllp, type MllpClient } from './mllp/client.ts';

/*
 * The ADT events that concern more than one bed, or more than one message, through a real server: what a nurse sees, what a
 * wall sees, and what stands in the tables.
 */

let server: TestServer;
let feed: MllpClient;
let board: Follower;
let wall: Follower;
let other: Follower;
const sockets: { disconnect(): unknown }[] = [];
let count = 0;

beforeAll(async () => {
  server = await startTestServer('uws');
  feed = await connectMllp({ host: '127.0.0.1', port: server.process().mllpPort });
  const [nurse, display] = await Promise.all(
    ['nurse', 'command_center'].map(async (role) =>
      connectSocket(server.url(), await signIn(server.url(), role)),
    ),
  );
  if (nurse === undefined || display === undefined) throw new Error('nobody looks');
  sockets.push(nurse, display);
  board = createFollower('unit/4w/beds');
  other = createFollower('unit/ds/beds');
  wall = createFollower('unit/4w/beds');
  await Promise.all([board.attach(nurse), other.attach(nurse), wall.attach(display)]);
});
afterAll(async () => {
  for (const socket of sockets) socket.disconnect();
  await feed.close();
  await server.close();
});

const pid = (mrn: string) => `PID|1||${mrn}^^^MPI^MR||SECRET${mrn}^Given||19500102|F`;
const pv1 = (visit: string, place: string) => `PV1|1|I|${place}^1^RGH${'|'.repeat(16)}${visit}`;

async function tell(trigger: string, ...segments: string[]): Promise<string> {
  count += 1;
  const at = `202603010${900 + count}00`;
  const message = [
    `MSH|^~\\&|DEMO|RGH|CAREWALL|RGH|${at}||ADT^${trigger}|A${count}|P|2.5.1`,
    `EVN||${at}`,
    ...segments,
  ];
  return /MSA\|(A[AER])/.exec(await feed.send(message.join('\r')))?.[1] ?? 'nothing';
}
const bedOf = (follower: Follower, id: string) => unitBedsSchema.parse(follower.state()).beds[id];

test('two patients of two units change beds: one command, and each is where the feed says', async () => {
  expect(await tell('A01', pid('M1'), pv1('W1', '4W^405'))).toBe('AA');
  expect(await tell('A01', pid('M2'), pv1('W2', 'DS^5'))).toBe('AA');
  expect(await tell('A17', pid('M1'), pv1('W1', 'DS^5'), pid('M2'), pv1('W2', '4W^405'))).toBe('AA');
  await until('they have changed', () => bedOf(board, '4w-09')?.occupant?.visit === 'W2');
  await until('both have', () => bedOf(other, 'ds-05')?.occupant?.visit === 'W1');
});

test('a merge reaches who lies there, and what is said later under the old number; no table holds a name', async () => {
  expect(await tell('A40', pid('M3'), 'MRG|M2^^^MPI^MR')).toBe('AA');
  await until('the board shows the survivor', () => bedOf(board, '4w-09')?.occupant?.patient?.mrn === 'M3');
  expect(await tell('A40', pid('M4'), 'MRG|M3^^^MPI^MR')).toBe('AA');
  expect(await tell('A01', pid('M2'), pv1('W3', '4W^406'))).toBe('AA');
  await until(
    'the next stay is the survivor’s',
    () => bedOf(board, '4w-11')?.occupant?.patient?.mrn === 'M4',
  );
  expect(bedOf(board, '4w-11')?.occupant?.subject).toBe(bedOf(board, '4w-09')?.occupant?.subject);
  const rows = await server.database.owner`
    select entity::text as text from carewall.patient_merges union all select memory::text from carewall.visits`;
  const texts = z.array(z.object({ text: z.string() })).parse([...rows]);
  expect(texts.length).toBeGreaterThan(3);
  for (const { text } of texts) expect(text).not.toMatch(/SECRET|"M[1-4]"|"W[1-3]"/);
});

test('a leave is on the wall without who is away', async () => {
  const back = `PV2${'|'.repeat(47)}20260302120000+0000`;
  expect(await tell('A21', pid('M2'), pv1('W3', '4W^406'), back)).toBe('AA');
  await until(
    'the wall shows the leave',
    () => bedOf(wall, '4w-11')?.occupant?.leave?.expectedBack === '2026-03-02T12:00:00.000Z',
  );
  expect(JSON.stringify(wall.state())).not.toMatch(/SECRET|"M[1-4]"|"W[1-3]"/);
  expect([...board.violations, ...wall.violations]).toEqual([]);
});

test('a visit without a bed, an unknown bed, a place that is none', async () => {
  expect(await tell('A04', pid('M7'), `PV1|1|O|ED^WAIT${'|'.repeat(16)}W7`)).toBe('AA');
  expect(await tell('A01', pid('M7'), pv1('W7', '4W^999'))).toBe('AE');
  expect(await tell('A01', pid('M7'), `PV1|1|I|${'|'.repeat(16)}W7`)).toBe('AE');
});
