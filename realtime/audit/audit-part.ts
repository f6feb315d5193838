import { Counter, Histogram } from 'prom-client';
import { type AuditKey, auditKey } from '#db/audit/audit-keys.ts';
import { createSealer } from '#db/audit/sealer.ts';
import type { StartPart } from '../part.ts';
import { auditRoutes } from './audit-routes.ts';
import { createJournal } from './journal.ts';
import { startSealing } from './sealing.ts';

/** How long a node signs with the key that it has read: one that was retired is used no longer than that. */
const keyMs = 60_000;

/** The audit of a node: sealing it, and reading it. */
export const startAudit: StartPart = ({ databases, ring, publicUrl, log, metrics, onFault }) => {
  const registers = [metrics.registry];
  const sealed = new Counter({
    name: 'carewall_audit_sealed_total',
    help: 'Rows of the audit that this node gave a place in the chain',
    registers,
  });
  const lag = new Histogram({
    name: 'carewall_audit_seal_seconds',
    help: 'From an audit row to its place in the chain: the oldest of each batch',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers,
  });
  let key: { readonly read: Promise<AuditKey>; readonly at: number } | undefined;
  const sealer = createSealer({
    sql: databases.relay,
    key() {
      if (key === undefined || Date.now() - key.at > keyMs) {
        const read = auditKey(databases.relay, ring);
        key = { read, at: Date.now() };
        read.catch(() => {
          key = undefined;
        });
      }
      return key.read;
    },
    // Whoever keeps these lines elsewhere finds an audit that was cut short; see docs/operations.md.
    onCheckpoint: ({ org, n, hash }) => log.info({ org, n, hash }, 'audit checkpoint'),
    onSealed({ rows, oldestMs }) {
      if (rows === 0) return;
      sealed.inc(rows);
      lag.observe(oldestMs / 1000);
    },
  });
  const sealing = startSealing({ round: sealer.round, everyMs: 200, onFault });
  const journal = createJournal({ sql: databases.identity, onFault });
  return {
    name: 'audit',
    behind: auditRoutes({ sqlApp: databases.app, journal, publicUrl }),
    async stop() {
      await journal.settled();
      await sealing.stop();
    },
  };
};
