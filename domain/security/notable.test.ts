import { expect, test } from 'vitest';
import { type AuditedRow, talliesOf } from './notable.ts';

const row: AuditedRow = {
  principal: { kind: 'person', id: 'a-nurse' },
  action: 'bed.claim',
  outcome: 'ok',
  address: '192.0.2.7',
  times: 1,
};
const account = { kind: 'account', id: 'a-nurse' };

test.each([
  ['what is done', {}, []],
  [
    'a refused sign-in',
    { action: 'session.sign-in', outcome: 'unauthenticated' },
    [
      { kind: 'brute-force', subject: account, count: 1 },
      { kind: 'brute-force', subject: { kind: 'address', id: '192.0.2.7' }, count: 1 },
    ],
  ],
  [
    'a refused sign-in of nobody',
    { action: 'session.sign-in', outcome: 'unauthenticated', principal: { kind: 'person', id: 'unknown' } },
    [{ kind: 'brute-force', subject: { kind: 'address', id: '192.0.2.7' }, count: 1 }],
  ],
  [
    'a token that came twice',
    { action: 'session.refresh', outcome: 'unauthenticated' },
    [{ kind: 'token-reuse', subject: account, count: 1 }],
  ],
  [
    'what one may not do, several times',
    { outcome: 'forbidden', times: 30 },
    [{ kind: 'permission-probing', subject: account, count: 30 }],
  ],
  ['a stale click', { outcome: 'conflict' }, []],
  [
    'a topic with patients',
    { action: 'topic.read' },
    [{ kind: 'unusual-volume', subject: account, count: 1 }],
  ],
  [
    'a file',
    { action: 'export.file', times: 4_000 },
    [{ kind: 'unusual-volume', subject: account, count: 4_000 }],
  ],
  [
    'a feed that names what is not there',
    { principal: { kind: 'feed', id: 'demo' }, outcome: 'not_found' },
    [],
  ],
] as const)('%s', (_what, change, tallies) => {
  expect(talliesOf({ ...row, ...change })).toEqual(tallies);
});

test('an address of IPv6 stands for all that its client may have', () => {
  const [, second] = talliesOf({
    ...row,
    action: 'session.sign-in',
    outcome: 'unauthenticated',
    address: '2001:db8:1:2:3:4:5:6',
  });
  expect(second?.subject).toEqual({ kind: 'address', id: '2001:db8:1:2::/64' });
});
