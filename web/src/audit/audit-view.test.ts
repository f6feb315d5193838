import { expect, test } from 'vitest';
import { auditQuery, readAuditView } from './audit-view.ts';

test('an address is read for what makes sense in it', () => {
  expect(
    readAuditView({
      who: ' demo-nurse ',
      from: '2026-03-01',
      to: 'tomorrow',
      outcome: '',
      action: {},
      x: 'y',
    }),
  ).toEqual({ who: 'demo-nurse', from: '2026-03-01' });
  expect(readAuditView({ who: 'x'.repeat(101) })).toEqual({});
});

test('days are whole ones, from the first moment of one to the end of the other', () => {
  const query = new URLSearchParams(
    auditQuery({ from: '2026-03-01', to: '2026-03-01', who: 'a b' }, { limit: '5' }),
  );
  const [from, to] = [Date.parse(query.get('from') ?? ''), Date.parse(query.get('to') ?? '')];
  expect(to - from).toBe(24 * 3_600_000);
  expect(query.get('who')).toBe('a b');
  expect(query.get('limit')).toBe('5');
});
