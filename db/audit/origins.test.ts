import { afterAll, beforeAll, expect, test } from 'vitest';
import { testOrg } from '../testing/test-people.ts';
import { auditKey } from './audit-keys.ts';
import { beginAuditAfter } from './origins.ts';
import { type AuditedPeople, createAuditedPeople } from './testing/audited-people.ts';

let audited: AuditedPeople;
beforeAll(async () => {
  audited = await createAuditedPeople();
});
afterAll(() => audited?.close());

test('INV-13.2 what is too old goes before a signed origin, and what is left verifies from there', async () => {
  const { relay } = audited.databases;
  await audited.write(25);
  await audited.seal({ batch: 10, checkpointRows: 10 });
  const key = await auditKey(relay, audited.ring);
  expect(await beginAuditAfter(relay, key, testOrg, new Date(0))).toBe(0);
  await audited.tamper(`update carewall.audit_checkpoints set at = at + interval '1 day' where k > 1`);
  const gone = await beginAuditAfter(relay, key, testOrg, new Date(Date.now() + 60_000));
  expect(gone).toBe(10);
  await audited.tamper(`update carewall.audit_checkpoints set at = at - interval '1 day'`);
  expect(await audited.verify()).toEqual([]);
  await audited.write(5);
  await audited.seal();
  expect(await audited.verify()).toEqual([]);

  // An origin of one's own making opens the way, and is known for what it is.
  await relay`
    insert into carewall.audit_origins (org_id, k, n, hash, at, key, signature)
      select org_id, k, n, hash, at, key, signature from carewall.audit_checkpoints where org_id = ${testOrg} order by k desc limit 1`;
  expect((await audited.verify()).map(({ kind }) => kind)).toContain('origin');
});
