import { z } from 'zod';
import { connect, type Database } from './connect.ts';
import { currentFloor, readTail, type TailEvent, type TopicKey } from './event-log.ts';

/** The right to publish the log, for as long as nobody else has it. */
export interface Leadership {
  /** Only grows: what was published under an older one is no longer believed. */
  readonly term: number;
  readonly floor: bigint;
}

/** The log as a relay sees it. */
export interface RelayLog {
  /** Takes the lead, if there is none. Rejects where the database is out of reach. */
  claim(): Promise<Leadership | undefined>;
  /** What was committed since a floor; see `readTail`. Rejects where this is no longer the session that leads. */
  read(
    floor: bigint,
    published: Iterable<TopicKey & { seq: number }>,
    limit: number,
  ): Promise<{ floor: bigint; events: TailEvent[] }>;
  /** Gives a sign of life and keeps the floor. False where somebody else leads. */
  beat(leadership: Leadership): Promise<boolean>;
  /** Gives the lead up, if there is one. */
  close(): Promise<void>;
}

/** The log of a node that is alone with its clients: it always leads, and nobody follows it. */
export function createOwnLog(sql: Database): RelayLog {
  let kept: bigint | undefined;
  return {
    async claim() {
      // After a lost connection it goes on from where it was: what others committed meanwhile is still to be published.
      kept ??= await currentFloor(sql);
      return { term: 0, floor: kept };
    },
    read: (floor, published, limit) => readTail(sql, floor, published, limit),
    async beat({ floor }) {
      kept = floor;
      return true;
    },
    close: async () => undefined,
  };
}

const claimedSchema = z.array(z.object({ term: z.int(), floor: z.string().transform(BigInt), pid: z.int() }));

/**
 * The log of a tier, read by one node at a time. The lead is an advisory lock on the very session that reads, so that
 * a node that has lost the one can no longer do the other.
 */
export function createLedLog(url: string, node: string, options: { patienceMs: number }): RelayLog {
  let session: Database | undefined;
  let pid: number | undefined;

  function open(): Database {
    session ??= connect(url, { role: 'carewall_relay', max: 1, name: `carewall relay of ${node}` });
    return session;
  }

  async function close(): Promise<void> {
    const closing = session;
    session = undefined;
    pid = undefined;
    // A session that does not end in good time is ended by whoever wants the lead.
    await closing?.end({ timeout: 1 }).catch(() => undefined);
  }

  /** Runs a query of the leading session. After a lost connection the driver opens another, and that one does not lead. */
  async function leading<Result>(work: (sql: Database) => Promise<Result>): Promise<Result> {
    if (session === undefined || pid === undefined) throw new Error('this node does not lead');
    const sql = session;
    const wanted = pid;
    // Asked last: had the connection been another's at any time before, it would be now.
    const [result, [row]] = await Promise.all([work(sql), sql`select pg_backend_pid() as pid`]);
    if (row?.pid !== wanted) throw new Error('the session that led is gone');
    return result;
  }

  return {
    close,
    async claim() {
      try {
        const [claimed] = claimedSchema.parse(
          await open()`select term, floor, pid from carewall.claim_relay(${node}, ${options.patienceMs})`,
        );
        pid = claimed?.pid;
        return claimed && { term: claimed.term, floor: claimed.floor };
      } catch (error) {
        await close();
        throw error;
      }
    },
    read: (floor, published, limit) => leading((sql) => readTail(sql, floor, published, limit)),
    beat: ({ term, floor }) =>
      leading(async (sql) => {
        const beaten = await sql`
          update carewall.relay set heartbeat_at = clock_timestamp(), floor = ${String(floor)}::xid8
          where term = ${term} and backend_pid = pg_backend_pid() returning 1`;
        return beaten.length === 1;
      }),
  };
}
