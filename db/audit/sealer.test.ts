import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { insertAudit } from '../audit.ts';
import { testOrg } from '../testing/test-people.ts';
import { auditKey } from './audit-keys.ts';
import { createSealer } from './sealer.ts';
import { type AuditedPeople, createAuditedPeople } from './testing/audited-people.ts';

let audited: AuditedPeople;
beforeAll(async () => {
  audited = await createAuditedPeople();
});
afterAll(() => audited?.close());

const countSchema = z.array(z.object({ rows: z.number() })).length(1);

/** How many rows no look would find any more, though they have no place in the chain. */
async function missedForEver(): Promise<number> {
  const rows = await audited.database.owner`
    select count(*)::int as rows from carewall.audit a, carewall.audit_sealing s
    where a.tx < s.floor and not exists (select from carewall.audit_chain c where c.audit_id = a.id)`;
  return countSchema.parse(rows)[0]?.rows ?? Number.NaN;
}

test('INV-13.2 of a backlog each row is sealed once, and what commits late with it', async () => {
  const { relay, identity } = audited.databases;
  const sealer = createSealer({ sql: relay, key: () => auditKey(relay, audited.ring), batch: 10 });
  await audited.write(15);
  const row = {
    org: testOrg,
    principal: { kind: 'person', id: 'late', name: 'A Name' },
    action: 'topic.read',
    outcome: 'ok',
    details: {},
    client: { address: '192.0.2.7', userAgent: 'test' },
  } as const;
  await identity.begin(async (late) => {
    await insertAudit(late, row);
    await audited.write(15);
    expect(await sealer.round()).toEqual({ sealed: 10, more: true });
    expect(await sealer.round()).toEqual({ sealed: 10, more: true });
  });
  expect(await missedForEver()).toBe(0);
  expect(await sealer.round()).toEqual({ sealed: 10, more: true });
  expect(await sealer.round()).toEqual({ sealed: 1, more: false });
  expect(await sealer.round()).toEqual({ sealed: 0, more: false });
  expect(await missedForEver()).toBe(0);
  expect(await audited.verify()).toEqual([]);
});
