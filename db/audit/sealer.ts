import { z } from 'zod';
import { type Tally, talliesOf } from '#domain/security/notable.ts';
import type { Connection, Database } from '../connect.ts';
import { toJson } from '../json.ts';
import type { AuditKey } from './audit-keys.ts';
import { readAuditLine } from './audit-line.ts';
import { beginningOf, type ChainHead, follow, type Statement } from './chain.ts';

export interface SealerOptions {
  /** Under the relay's role. */
  readonly sql: Database;
  readonly key: () => Promise<AuditKey>;
  /** The most rows that are sealed at once. */
  readonly batch?: number;
  /** A checkpoint is made after so many rows, and after so long where there are any. */
  readonly checkpointRows?: number;
  readonly checkpointMs?: number;
  /** Called once a checkpoint is committed: whoever keeps what it says finds a chain that was cut short. */
  readonly onCheckpoint?: (head: { org: string; n: number; hash: string }) => void;
  /** Called with how long the oldest row of a batch had waited. */
  readonly onSealed?: (batch: { rows: number; oldestMs: number }) => void;
}

/** What a round came to: how many rows were sealed, or that another node is at it. */
export type SealRound = { readonly sealed: number; readonly more: boolean } | 'taken';

/** Any number that nothing else takes for an advisory lock. */
const sealingLock = 0x43617573;

const stateSchema = z.object({
  mine: z.boolean(),
  floor: z.string(),
  next: z.string(),
  behind: z.boolean(),
  now: z.string(),
});
const unsealedSchema = z.array(
  z.object({ id: z.number(), org: z.string(), tx: z.string(), line: z.string(), ageMs: z.number() }),
);
const headsSchema = z.array(
  z.object({
    org: z.string(),
    n: z.number(),
    hash: z.instanceof(Buffer),
    checkpoint: z.number(),
    checkpointN: z.number(),
    checkpointDue: z.boolean(),
  }),
);

/**
 * Gives every row of the audit that has none its place in the chain of its organisation. Any node may, at any time: one
 * does so at once, and a node that dies at it leaves nothing half done. Commands never wait for it.
 */
export function createSealer(options: SealerOptions): { round(): Promise<SealRound> } {
  const { sql, batch = 2_000, checkpointRows = 10_000, checkpointMs = 60_000 } = options;

  async function seal(connection: Connection): Promise<{ round: SealRound; after: (() => void)[] }> {
    // Whoever stops in the middle of this must not hold the others up.
    const [, [claimed], rows] = await Promise.all([
      connection`select set_config('idle_in_transaction_session_timeout', '1s', true)`.execute(),
      connection`
        select pg_try_advisory_xact_lock(${sealingLock}::bigint) as mine, floor::text,
          pg_snapshot_xmin(pg_current_snapshot())::text as next,
          -- Another history, brought in from elsewhere, may count its transactions anew.
          floor > pg_snapshot_xmin(pg_current_snapshot()) as behind,
          to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now
        from carewall.audit_sealing`.execute(),
      // Sent with the claim: it sees what was committed before the lock was taken, or is not used.
      connection`
        select a.id, a.org_id as org, a.tx::text as tx, carewall.audit_line(a) as line,
          extract(epoch from clock_timestamp() - a.at)::float8 * 1000 as "ageMs"
        from carewall.audit a, carewall.audit_sealing s
        where (a.tx >= s.floor or s.floor > pg_snapshot_xmin(pg_current_snapshot()))
          and not exists (select from carewall.audit_chain c where c.audit_id = a.id)
        order by a.tx, a.id limit ${batch}`.execute(),
    ]);
    const state = stateSchema.parse(claimed);
    if (!state.mine) return { round: 'taken', after: [] };
    const unsealed = unsealedSchema.parse(rows);
    const orgs = [...new Set(unsealed.map(({ org }) => org))];
    const heads = headsSchema.parse(
      await connection`
        select org_id as org, n, hash, checkpoint, checkpoint_n as "checkpointN",
          checkpoint_at < clock_timestamp() - make_interval(secs => ${checkpointMs / 1000}) as "checkpointDue"
        from carewall.audit_heads
        where org_id = any(${orgs}::text[])
          or (n > checkpoint_n and checkpoint_at < clock_timestamp() - make_interval(secs => ${checkpointMs / 1000}))`,
    );
    if (unsealed.length === 0 && heads.length === 0) return { round: { sealed: 0, more: false }, after: [] };

    const ends = new Map<string, ChainHead>(heads.map(({ org, n, hash }) => [org, { n, hash }]));
    const links = unsealed.map(({ id, org, line }) => {
      const next = follow(ends.get(org) ?? beginningOf(org), line);
      ends.set(org, next);
      return { id, org, ...next };
    });
    const more = unsealed.length === batch;
    const writes: Promise<unknown>[] = [
      writeLinks(connection, links),
      writeHeads(connection, ends),
      writeTallies(connection, unsealed),
    ];
    // The floor is where this look began: rows of transactions that have not ended are found again from there. After a
    // batch that left some behind it is where the batch ended, or each look would go through all that is sealed already.
    const reached = more ? unsealed.at(-1)?.tx : undefined;
    if ((!more && (unsealed.length > 0 || state.behind)) || (reached !== undefined && !state.behind)) {
      writes.push(
        connection`
          update carewall.audit_sealing set floor = least(${state.next}::xid8, ${reached ?? state.next}::xid8)
          where floor <> least(${state.next}::xid8, ${reached ?? state.next}::xid8)`.execute(),
      );
    }
    const statements = checkpointsOf(heads, ends, state.now);
    if (statements.length > 0) writes.push(writeCheckpoints(connection, statements));
    await Promise.all(writes);
    const oldestMs = Math.max(0, ...unsealed.map(({ ageMs }) => ageMs));
    return {
      round: { sealed: unsealed.length, more },
      after: [
        ...statements.map(
          ({ org, n, hash }) =>
            () =>
              options.onCheckpoint?.({ org, n, hash: hash.toString('hex') }),
        ),
        () => options.onSealed?.({ rows: unsealed.length, oldestMs }),
      ],
    };
  }

  function checkpointsOf(
    heads: z.infer<typeof headsSchema>,
    ends: ReadonlyMap<string, ChainHead>,
    at: string,
  ): Statement[] {
    const known = new Map(heads.map((head) => [head.org, head]));
    return [...ends].flatMap(([org, end]): Statement[] => {
      const head = known.get(org);
      const last = head?.checkpointN ?? 0;
      const due = head === undefined || head.checkpointDue || end.n - last >= checkpointRows;
      if (!due || end.n === last) return [];
      return [{ kind: 'checkpoint', org, k: (head?.checkpoint ?? 0) + 1, ...end, at }];
    });
  }

  async function writeCheckpoints(connection: Connection, statements: readonly Statement[]): Promise<void> {
    const key = await options.key();
    const rows = statements.map((statement) => ({
      org: statement.org,
      k: statement.k,
      n: statement.n,
      hash: statement.hash.toString('hex'),
      at: statement.at,
      key: key.id,
      signature: key.sign(statement).toString('hex'),
    }));
    await connection`
      with made as (
        insert into carewall.audit_checkpoints (org_id, k, n, hash, at, key, signature)
          select org, k, n, decode(hash, 'hex'), at, key, decode(signature, 'hex')
          from jsonb_to_recordset(${connection.json(rows)})
            as r(org text, k bigint, n bigint, hash text, at timestamptz, key text, signature text)
          returning org_id, k, n, at
      )
      update carewall.audit_heads h set checkpoint = m.k, checkpoint_n = m.n, checkpoint_at = m.at
        from made m where h.org_id = m.org_id`;
  }

  return {
    async round() {
      const connection = await sql.reserve();
      let done: Awaited<ReturnType<typeof seal>>;
      try {
        await connection`begin`;
        done = await seal(connection);
        await connection`commit`;
      } catch (error) {
        await connection`rollback`.then(
          () => connection.release(),
          // A connection that cannot even roll back is lost, and the pool knows.
          () => undefined,
        );
        throw error;
      }
      connection.release();
      for (const tell of done.after) tell();
      return done.round;
    },
  };
}

async function writeLinks(
  connection: Connection,
  links: readonly { id: number; org: string; n: number; hash: Buffer }[],
): Promise<void> {
  if (links.length === 0) return;
  await connection`
    insert into carewall.audit_chain (org_id, n, audit_id, hash)
      select org, n, id, decode(hash, 'hex')
      from unnest(${links.map(({ org }) => org)}::text[], ${links.map(({ n }) => String(n))}::bigint[],
        ${links.map(({ id }) => String(id))}::bigint[], ${links.map(({ hash }) => hash.toString('hex'))}::text[])
        as l(org, n, id, hash)`.execute();
}

async function writeHeads(connection: Connection, ends: ReadonlyMap<string, ChainHead>): Promise<void> {
  const rows = [...ends].map(([org, { n, hash }]) => ({ org, n, hash: hash.toString('hex') }));
  if (rows.length === 0) return;
  await connection`
    insert into carewall.audit_heads (org_id, n, hash)
      select org, n, decode(hash, 'hex') from jsonb_to_recordset(${connection.json(rows)}) as r(org text, n bigint, hash text)
    on conflict (org_id) do update set n = excluded.n, hash = excluded.hash`.execute();
}

/** Counts what is notable in the same transaction as it is sealed: each row once, whoever seals. */
async function writeTallies(
  connection: Connection,
  unsealed: readonly { org: string; line: string }[],
): Promise<void> {
  const sums = new Map<string, Tally & { org: string; minute: string; lastAt: string }>();
  for (const { org, line } of unsealed) {
    const read = readAuditLine(line);
    if (read === undefined) continue;
    const minute = `${read.at.slice(0, 16)}:00Z`;
    for (const tally of talliesOf(read.row)) {
      const name = JSON.stringify([org, tally.kind, tally.subject.kind, tally.subject.id, minute]);
      const count = (sums.get(name)?.count ?? 0) + tally.count;
      sums.set(name, { ...tally, count, org, minute, lastAt: read.at });
    }
  }
  if (sums.size === 0) return;
  const rows = [...sums.values()].map(({ subject, ...sum }) => ({
    ...sum,
    subjectKind: subject.kind,
    subject: subject.id,
  }));
  await connection`
    insert into carewall.security_tallies as t (org_id, kind, subject_kind, subject, minute, count, last_at)
      select org, kind, "subjectKind", subject, minute, count, "lastAt"
      from jsonb_to_recordset(${connection.json(toJson(rows))})
        as r(org text, kind text, "subjectKind" text, subject text, minute timestamptz, count bigint, "lastAt" timestamptz)
      order by 1, 2, 3, 4, 5
    on conflict (org_id, kind, subject_kind, subject, minute) do update
      set count = t.count + excluded.count, last_at = greatest(t.last_at, excluded.last_at)`.execute();
}
