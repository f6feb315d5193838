import { insertAudit } from '../../audit.ts';
import { newKeyRing, parseKeyRing } from '../../key-ring.ts';
import { createTestPeople, type TestPeople, testOrg } from '../../testing/test-people.ts';
import { auditKey, auditVerifiers } from '../audit-keys.ts';
import { createSealer, type SealerOptions } from '../sealer.ts';
import { type ChainFault, type VerifyOptions, verifyChain } from '../verify.ts';

/** An organisation with an audit, and what seals and verifies it. */
export interface AuditedPeople extends TestPeople {
  /** The key ring as the text of its file. */
  readonly keyRing: string;
  /** Writes rows of an organisation, one transaction each. */
  write(rows: number, org?: string): Promise<void>;
  /** Seals what there is. */
  seal(options?: Partial<SealerOptions>): Promise<void>;
  verify(options?: Partial<VerifyOptions>): Promise<ChainFault[]>;
  /** Does what only a superuser can: nothing holds it back. */
  tamper(statements: string): Promise<void>;
}

export async function createAuditedPeople(): Promise<AuditedPeople> {
  const keyRing = newKeyRing();
  const ring = parseKeyRing(keyRing, 'of the test');
  const people = await createTestPeople();
  const { relay, identity } = people.databases;
  return {
    ...people,
    ring,
    keyRing,
    async write(rows, org = testOrg) {
      for (let row = 0; row < rows; row += 1) {
        await insertAudit(identity, {
          org,
          principal: { kind: 'person', id: `person-${row % 3}`, name: 'A Name' },
          action: 'topic.read',
          outcome: 'ok',
          details: { topic: 'unit/ward/beds', view: 'clinical', why: 'subscribe', row },
          client: { address: '192.0.2.7', userAgent: 'test' },
        });
      }
    },
    async seal(options = {}) {
      const key = () => auditKey(relay, ring);
      const sealer = createSealer({ sql: relay, key, ...options });
      for (;;) {
        const round = await sealer.round();
        if (round !== 'taken' && round.sealed === 0) return;
      }
    },
    async verify(options = {}) {
      const faults: ChainFault[] = [];
      await relay.begin('isolation level repeatable read read only', async (sql) =>
        verifyChain({
          sql,
          verifiers: await auditVerifiers(sql, ring),
          org: testOrg,
          onFault: (fault) => faults.push(fault),
          ...options,
        }),
      );
      return faults;
    },
    async tamper(statements) {
      await people.database.owner.begin(async (sql) => {
        await sql.unsafe('set local session_replication_role = replica');
        await sql.unsafe(statements);
      });
    },
  };
}
