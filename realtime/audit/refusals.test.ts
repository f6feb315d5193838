import { expect, test } from 'vitest';
import type { AuditEntry } from '#db/audit.ts';
import type { Journal } from './journal.ts';
import { createRefusalAudit, type EarlyRefusal } from './refusals.ts';

const principal = { kind: 'person', id: 'a-nurse', org: 'org', name: 'Nurse' } as const;
const refusal: EarlyRefusal = {
  principal,
  session: undefined,
  action: 'socket.subscribe',
  code: 'not_found',
};

function created() {
  const rows: AuditEntry[] = [];
  const journal: Journal = {
    async write(entry) {
      rows.push(entry);
      return true;
    },
    settled: async () => undefined,
  };
  return { rows, audit: createRefusalAudit({ journal, everyMs: 3_600_000 }) };
}

test('INV-13.5 the first of a kind is a row at once, and all that follow are one row that says how many', async () => {
  const { rows, audit } = created();
  for (let time = 0; time < 1_000; time += 1) audit.refused(refusal);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.details).toBeUndefined();
  await audit.stop();
  expect(rows).toHaveLength(2);
  expect(rows[1]).toMatchObject({
    action: 'socket.subscribe',
    outcome: 'not_found',
    details: { count: 999 },
  });
});

test('INV-13.5 however many kinds one thinks of, there are a few rows in a minute, and nobody else’s are fewer', async () => {
  const { rows, audit } = created();
  for (let time = 0; time < 500; time += 1) audit.refused({ ...refusal, action: `http.get /${time}` });
  audit.refused({ ...refusal, principal: { ...principal, id: 'another' } });
  expect(rows.filter((row) => row.principal.id === 'a-nurse')).toHaveLength(21);
  expect(rows.filter((row) => row.principal.id === 'another')).toHaveLength(1);
  await audit.stop();
  const counted = rows
    .filter((row) => row.principal.id === 'a-nurse')
    .map(({ details }) => Number(details?.count ?? 1));
  expect(counted.reduce((sum, count) => sum + count, 0)).toBe(500);
});
