import { afterEach, expect, test } from 'vitest';
import { openPeer, peerKinds } from '../peers/peer-kinds.mjs';
import { openMember } from './member.mjs';

const topic = 'unit/ds/beds';
const epoch = '7412:1';
const leave = [];

afterEach(() => {
  for (const done of leave.splice(0)) done();
});

test.each(peerKinds)('a member counts what it is sent by %s, and sees a gap and a double', async (kind) => {
  const peer = await openPeer(kind);
  const port = await peer.listen(() => ({ heads: { [topic]: 6 }, epoch }));
  const tally = {
    events: 0,
    bytes: 0,
    gaps: 0,
    doubles: 0,
    parsed: 0,
    strange: {},
  };
  const member = openMember({
    speech: kind.startsWith('raw') ? 'raw' : 'socketio',
    host: '127.0.0.1',
    port,
    topics: [topic],
    rooms: ['a room'],
    tally,
    sampleEvery: 1,
  });
  leave.push(
    () => member.destroy(),
    () => peer.close(),
  );
  await member.joined;
  const publish = (seq, of = topic) =>
    peer.publish('a room', { topic: of, epoch, seq, type: 'bed.closed', data: {} });
  for (const seq of [7, 8]) publish(seq);
  await expect.poll(() => member.last[0]).toBe(8);
  expect(tally).toMatchObject({ events: 2, gaps: 0, doubles: 0, parsed: 2, strange: {} });

  for (const seq of [10, 10, 11]) publish(seq);
  publish(1, 'unit/4w/beds');
  peer.publish('another room', { topic, epoch, seq: 12, type: 'bed.closed', data: {} });
  await expect.poll(() => tally.strange).toEqual({ 'an event of a topic that was not asked for': 1 });
  expect(tally).toMatchObject({ events: 5, gaps: 1, doubles: 1 });
  expect(member.last[0]).toBe(11);
});
