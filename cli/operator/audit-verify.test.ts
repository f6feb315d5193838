import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuditedPeople, createAuditedPeople } from '#db/audit/testing/audited-people.ts';
import { newKeyRing } from '#db/key-ring.ts';
import { type Terminal, UsageError } from '../command-line.ts';
import { auditVerify } from './audit-verify.ts';

let audited: AuditedPeople;
let folder: string;
beforeAll(async () => {
  audited = await createAuditedPeople();
  folder = await mkdtemp(join(tmpdir(), 'audit-verify-'));
  await writeFile(join(folder, 'key-ring.json'), audited.keyRing);
  await writeFile(join(folder, 'another.json'), newKeyRing());
  await audited.write(30);
  await audited.seal();
});
afterAll(async () => {
  await audited?.close();
  await rm(folder, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; out: string }> {
  const lines: string[] = [];
  const terminal: Terminal = {
    out: (line) => lines.push(line),
    err: (line) => lines.push(line),
    progress: () => undefined,
    interrupted: new AbortController().signal,
  };
  const database = ['--database', audited.database.url];
  const ring = args.some((arg) => arg.endsWith('key-ring'))
    ? []
    : ['--key-ring', join(folder, 'key-ring.json')];
  const code = await auditVerify.run([...database, ...ring, ...args], terminal);
  return { code, out: lines.join('\n') };
}

test('says that nothing is wrong, and what to keep; and holds that against a cut end', async () => {
  const whole = await run();
  expect(whole).toMatchObject({ code: 0 });
  expect(whole.out).toContain('No fault was found');
  const kept = /--expect (30:[0-9a-f]{64})/.exec(whole.out)?.[1] ?? '';
  expect((await run('--org', 'org', '--expect', kept)).code).toBe(0);
  const { out, code } = await run('--org', 'org', '--expect', `31:${'0'.repeat(64)}`);
  expect(code).toBe(1);
  expect(out).toContain('EXPECTED org, place 31');
});

test('names the row that was changed, with another key ring the signatures, and without one the keys', async () => {
  expect((await run('--key-ring', join(folder, 'another.json'))).out).toContain(
    'not made with this key ring',
  );
  const trusting = await run('--no-key-ring');
  expect(trusting).toMatchObject({ code: 0 });
  expect(trusting.out).toContain('taken on trust: audit-');
  await audited.tamper(
    `update carewall.audit set outcome = 'forbidden' where id = (select audit_id from carewall.audit_chain where n = 9)`,
  );
  const { code, out } = await run('--org', 'org');
  expect(code).toBe(1);
  expect(out).toMatch(/^EDITED org, row \d+, place 9: the row is not as it was sealed$/m);
  expect(out).toContain('1 fault found');
});

test.each([
  [['--expect', '3:00']],
  [['--org', 'org', '--expect', '3:00']],
  [['--from', 'yesterday']],
  [['--key-ring', '/nowhere/key-ring']],
  [['--what']],
])('%j is asked wrongly', async (args) => {
  await expect(run(...args)).rejects.toThrow(UsageError);
});
