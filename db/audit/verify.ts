import type { Queries } from '../connect.ts';
import type { AuditVerifier } from './audit-keys.ts';
import { beginningOf, type ChainHead, follow, type Statement } from './chain.ts';
import {
  checkpointAt,
  checkpointsAfter,
  type Held,
  readEnd,
  readLinks,
  readOrigin,
  readUncheckpointed,
  readUnsealed,
  standsAt,
} from './chain-reads.ts';

/** What is wrong with a chain, and where. */
export interface ChainFault {
  readonly org: string;
  readonly kind:
    | 'edited'
    | 'missing'
    | 'inserted'
    | 'reordered'
    | 'chain'
    | 'checkpoint'
    | 'origin'
    | 'expected';
  /** The row of the audit, where one can be named. */
  readonly row?: number;
  /** The place in the chain. */
  readonly n?: number;
  readonly what: string;
}

/** A chain that was gone through. */
export interface VerifiedChain {
  readonly org: string;
  /** The first and last place that were looked at; nothing where there is none. */
  readonly first: number;
  readonly last: ChainHead;
  readonly rows: number;
  readonly checkpoints: number;
}

export interface VerifyOptions {
  /** One snapshot of the database, under the relay's role: rows are sealed while this looks. */
  readonly sql: Queries;
  readonly verifiers: ReadonlyMap<string, AuditVerifier>;
  readonly org: string;
  /** Only from the last checkpoint before this moment, and up to the first after that one. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** A place and its hash that somebody has kept elsewhere. */
  readonly expect?: readonly ChainHead[];
  /** A row is sealed within a second; one that is not after so long was not written by a server. */
  readonly unsealedMs?: number;
  readonly uncheckpointedMs?: number;
  readonly page?: number;
  readonly onFault: (fault: ChainFault) => void;
  readonly onProgress?: (progress: { n: number; of: number }) => void;
}

/** How many places whose hash is wrong are held against each other, to tell what was moved from what was changed. */
const mostCompared = 200;

/** Goes through the chain of one organisation, some rows at a time, and tells of everything that is not as it was sealed. */
export async function verifyChain(options: VerifyOptions): Promise<VerifiedChain> {
  const { sql, org, page = 5_000, onFault, onProgress } = options;
  const fault = (kind: ChainFault['kind'], what: string, at: { row?: number; n?: number } = {}): void =>
    onFault({ org, kind, what, ...at });
  const signed = (kind: Statement['kind'], held: Held): boolean => isSigned(options, kind, held, fault);

  const origin = await readOrigin(sql, org);
  if (origin !== undefined) signed('origin', origin);
  const beginning = origin ?? { ...beginningOf(org), k: 0 };
  const from = options.from && (await checkpointAt(sql, org, 'before', options.from));
  const start = from ?? beginning;
  if (from !== undefined) signed('checkpoint', from);
  const until = options.to && (await checkpointAt(sql, org, 'after', options.to));
  const end = await readEnd(sql, org);

  let at: ChainHead = { n: start.n, hash: start.hash };
  let k = start.k;
  let rows = 0;
  let checkpoints = 0;
  const broken: Broken[] = [];
  /** What the last place should come to, where it does not. */
  let shouldBe: Buffer | undefined;
  const pending = new Map<number, Held>();
  let held = await checkpointsAfter(sql, org, k, page);
  const expected = new Map((options.expect ?? []).map((one) => [one.n, one.hash]));

  function checkpointsAt(head: ChainHead): void {
    const one = pending.get(head.n);
    if (one === undefined) return;
    pending.delete(head.n);
    checkpoints += 1;
    if (!one.hash.equals(head.hash)) {
      fault('checkpoint', `checkpoint ${one.k} holds another hash than the chain at its place`, {
        n: head.n,
      });
    }
    signed('checkpoint', one);
  }

  async function takeCheckpoints(upTo: number): Promise<void> {
    for (;;) {
      for (const one of held) {
        if (one.n > upTo) return;
        if (one.k <= k) continue;
        if (one.k !== k + 1)
          fault('checkpoint', `checkpoints ${k + 1} to ${one.k - 1} are missing`, { n: one.n });
        k = one.k;
        pending.set(one.n, one);
      }
      if (held.length < page) return;
      held = await checkpointsAfter(sql, org, k, page);
    }
  }

  for (;;) {
    const links = await readLinks(sql, org, { after: at.n, upTo: until?.n, limit: page });
    const last = links.at(-1);
    if (last === undefined) break;
    await takeCheckpoints(last.n);
    for (const { n, row, hash, line } of links) {
      if (n !== at.n + 1) {
        fault('missing', `places ${at.n + 1} to ${n - 1} are missing from the chain`, { n: at.n + 1 });
        for (const place of pending.keys()) {
          if (place < n) {
            pending.delete(place);
            fault('checkpoint', 'a checkpoint stands at a place that is missing', { n: place });
          }
        }
      }
      if (line === null) fault('missing', 'the row is gone', { row, n });
      else if (n === at.n + 1) {
        const is = follow(at, line);
        const wrong = !is.hash.equals(hash);
        if (wrong && shouldBe !== undefined && follow({ n: at.n, hash: shouldBe }, line).hash.equals(hash)) {
          // This row follows what the last one should come to: there the hash was changed, and not the row.
          if (broken.at(-1)?.n === at.n) broken.pop();
          fault('chain', 'the hash in the chain was changed', { n: at.n });
          shouldBe = undefined;
        } else if (wrong) {
          if (broken.length < mostCompared) broken.push({ n, prev: at.hash, hash, line, row });
          else fault('edited', 'the row is not as it was sealed', { row, n });
          shouldBe = is.hash;
        } else shouldBe = undefined;
      } else shouldBe = undefined;
      rows += 1;
      at = { n, hash };
      const known = expected.get(n);
      if (known !== undefined) {
        expected.delete(n);
        if (!known.equals(hash)) fault('expected', 'the hash is not the one that was expected', { n });
      }
      checkpointsAt(at);
    }
    onProgress?.({ n: at.n, of: until?.n ?? end.n ?? at.n });
  }
  for (const fallen of tellApart(broken)) onFault({ org, ...fallen });

  for (const [n] of expected) {
    if (n < start.n || (until !== undefined && n > until.n)) continue;
    const beginningHash = n === start.n ? start.hash : undefined;
    if (beginningHash === undefined || !beginningHash.equals(expected.get(n) ?? Buffer.alloc(0)))
      fault('expected', `the chain ends at ${at.n}, and was expected to reach ${n}`, { n });
  }
  if (until === undefined) {
    await takeCheckpoints(Number.MAX_SAFE_INTEGER);
    for (const n of pending.keys())
      fault('missing', `a checkpoint was made at ${n}, and the chain ends at ${at.n}`, { n });
    if (
      end.head !== null &&
      end.headHash !== null &&
      !(await standsAt(sql, org, end.head, end.headHash, at))
    ) {
      fault('missing', `the chain came to ${end.head}, and ends at ${at.n}`, { n: at.n });
    }
    for (const n of await readUncheckpointed(sql, org, k, options.uncheckpointedMs ?? 180_000))
      fault('checkpoint', 'the rows from here on have no checkpoint: none was made, or it is gone', { n });
  }
  if (options.from === undefined && options.to === undefined) {
    for await (const row of readUnsealed(sql, org, options.unsealedMs ?? 60_000, page * 4))
      fault('inserted', 'the row has no place in the chain', { row });
  }
  return { org, first: start.n + 1, last: at, rows, checkpoints };
}

/** A place whose row does not come to its hash. */
interface Broken {
  readonly n: number;
  readonly prev: Buffer;
  readonly hash: Buffer;
  readonly line: string;
  readonly row: number;
}

/** What is wrong in the row, or whether it stands in the place of another: then that one's line has this place's hash. */
function tellApart(broken: readonly Broken[]): Omit<ChainFault, 'org'>[] {
  return broken.map(({ n, prev, hash, row }) => {
    const rightful = broken.find(
      (other) => other.n !== n && follow({ n: n - 1, hash: prev }, other.line).hash.equals(hash),
    );
    return rightful === undefined
      ? { kind: 'edited', row, n, what: 'the row is not as it was sealed' }
      : {
          kind: 'reordered',
          row,
          n,
          what: `row ${rightful.row} was sealed here, and stands at ${rightful.n}`,
        };
  });
}

function isSigned(
  { verifiers, org }: VerifyOptions,
  kind: Statement['kind'],
  held: Held,
  fault: (kind: ChainFault['kind'], what: string, at: { n: number }) => void,
): boolean {
  const verifier = verifiers.get(held.key);
  const { n, k, hash, at } = held;
  if (verifier === undefined) {
    fault(kind, `${kind} ${k} is signed by a key that is not there`, { n });
    return false;
  }
  if (!verifier.verify({ kind, org, k, n, hash, at }, held.signature)) {
    fault(kind, `the signature of ${kind} ${k} is wrong`, { n });
    return false;
  }
  if (!verifier.ours) {
    fault(kind, `${kind} ${k} is signed by ${held.key}, which was not made with this key ring`, { n });
    return false;
  }
  return true;
}
