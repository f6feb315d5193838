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

const lookedThroughSchema = z.array(z.object({ again: z.number() })).length(1);

/** How many rows that are sealed the next look goes through again. */
async function sealedAboveTheFloor(): Promise<number> {
  const rows = await audited.database.owner`
    select count(*)::int as again from carewall.audit a
    join carewall.audit_chain c on c.audit_id = a.id, carewall.audit_sealing s where a.tx >= s.floor`;
  return lookedThroughSchema.parse(rows)[0]?.again ?? 0;
}

test('INV-13.2 a backlog is gone through once, and what commits late is sealed with it', async () => {
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
    expect(await sealedAboveTheFloor()).toBe(1);
    expect(await sealer.round()).toEqual({ sealed: 10, more: true });
    // Beyond the one that has not ended the floor does not go.
    expect(await sealedAboveTheFloor()).toBe(5);
  });
  expect(await sealer.round()).toEqual({ sealed: 10, more: true });
  expect(await sealer.round()).toEqual({ sealed: 1, more: false });
  const [open] = await audited.database.owner`
    select count(*)::int as rows from carewall.audit a
    where not exists (select from carewall.audit_chain c where c.audit_id = a.id)`;
  expect(open?.rows).toBe(0);
  expect(await audited.verify()).toEqual([]);
});
