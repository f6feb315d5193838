import type { TailEvent, TopicKey } from '#db/event-log.ts';
import type { Leadership, RelayLog } from '#db/relay-log.ts';
import type { Steps } from './steps.ts';
import type { Watch } from './watch.ts';

/** A transaction: its id is given when it first writes, long before it is known when it ends. */
export interface Transaction {
  readonly xid: bigint;
  /** Takes the topic's row lock, waiting for whoever has it, and then the topic's next seq. */
  append(topic: string): Promise<void>;
  commit(): void;
  abort(): void;
}

/** A connection of a node to the database. */
interface Session {
  readonly pid: number;
  readonly node: string;
  alive: boolean;
}

/** The database of the simulation: transactions, topics, snapshots, and who leads the relay. */
export interface ModelLog {
  readonly org: string;
  readonly topics: readonly string[];
  begin(): Transaction;
  /** The events of a topic that are committed now, by seq. */
  committed(topic: string): readonly TailEvent[];
  /** The log as one node's relay sees it; says what a led log says of sessions, locks and terms. */
  openRelayLog(node: string): RelayLog;
  /** Ends a node's session, as a broken connection does. */
  endSession(node: string): void;
}

export interface ModelLogOptions {
  readonly org: string;
  readonly topics: readonly string[];
  readonly type: string;
  readonly data: unknown;
  readonly steps: Steps;
  readonly watch: Watch;
  readonly patienceMs: number;
  /** Whether a query fails where its session no longer leads; a broken variant does without. */
  readonly checksSession: boolean;
}

interface Topic {
  seq: number;
  readonly events: TailEvent[];
  holder: bigint | undefined;
  readonly queue: (() => void)[];
}

export function createModelLog(options: ModelLogOptions): ModelLog {
  const { org, steps, watch } = options;
  const topics = new Map<string, Topic>();
  for (const topic of options.topics) topics.set(topic, { seq: 0, events: [], holder: undefined, queue: [] });
  const open = new Set<bigint>();
  let nextXid = 100n;
  let nextPid = 1;
  let marks = 0;

  const sessions = new Map<string, Session>();
  let lock: Session | undefined;
  const relay: { term: number; pid: number; heartbeatAt: number; floor: bigint | undefined } = {
    term: 0,
    pid: 0,
    heartbeatAt: 0,
    floor: undefined,
  };

  function topicOf(name: string): Topic {
    const topic = topics.get(name);
    if (topic === undefined) throw new Error(`no topic ${name}`);
    return topic;
  }

  /** The transaction below which all have ended. */
  function xmin(): bigint {
    let least = nextXid;
    for (const xid of open) if (xid < least) least = xid;
    return least;
  }

  function begin(): Transaction {
    const xid = nextXid;
    nextXid += 1n;
    open.add(xid);
    const appended: { topic: Topic; event: TailEvent }[] = [];
    const held = new Set<Topic>();

    function end(): void {
      open.delete(xid);
      for (const topic of held) {
        topic.holder = undefined;
        topic.queue.shift()?.();
      }
    }

    return {
      xid,
      async append(name) {
        const topic = topicOf(name);
        while (topic.holder !== undefined && topic.holder !== xid)
          await new Promise<void>((resolve) => topic.queue.push(resolve));
        topic.holder = xid;
        held.add(topic);
        topic.seq += 1;
        marks += 1;
        const at = new Date(marks).toISOString();
        const by = { kind: 'system', id: 'model', name: 'model' } as const;
        const { type, data } = options;
        appended.push({
          topic,
          event: { org, topic: name, seq: topic.seq, type, at, by, data, tx: xid },
        });
      },
      commit() {
        for (const { topic, event } of appended) topic.events.push(event);
        end();
      },
      abort() {
        for (const { topic } of appended) topic.seq -= 1;
        end();
      },
    };
  }

  /** What `readTail` asks of Postgres: cut in the order of transactions, then put into the order of topics. */
  function tail(floor: bigint, published: Iterable<TopicKey & { seq: number }>, limit: number) {
    const known = new Map([...published].map(({ topic, seq }) => [topic, seq]));
    const events = [...topics.values()]
      .flatMap((topic) => topic.events)
      .filter(({ topic, seq, tx }) => tx >= floor && seq > (known.get(topic) ?? 0))
      .sort((a, b) => compare(a.topic, b.topic) || a.seq - b.seq)
      .slice(0, limit);
    return { floor: xmin(), events };
  }

  function endOf(session: Session): void {
    session.alive = false;
    if (lock === session) lock = undefined;
    if (sessions.get(session.node) === session) sessions.delete(session.node);
  }

  /** What `claim_relay` does. */
  function claim(session: Session): Leadership | undefined {
    if (lock === undefined) {
      lock = session;
      relay.term += 1;
      relay.pid = session.pid;
      relay.heartbeatAt = steps.now();
      relay.floor ??= xmin();
      watch.led(session.node, relay.term, relay.floor);
      return { term: relay.term, floor: relay.floor };
    }
    if (relay.heartbeatAt < steps.now() - options.patienceMs && lock !== session) endOf(lock);
    return undefined;
  }

  function openRelayLog(node: string): RelayLog {
    let session: Session | undefined;
    let pid: number | undefined;

    /** One query there and back: it fails where the session ends before it is run, and not where it ends after. */
    async function query<Result>(name: string, work: (session: Session) => Result): Promise<Result> {
      const asked = session;
      if (asked === undefined || pid === undefined) throw new Error('this node does not lead');
      await steps.park(undefined, `${node} ${name} runs`);
      if (options.checksSession && (!asked.alive || asked.pid !== pid))
        throw new Error('the session that led is gone');
      const result = work(asked);
      await steps.park(node, `${node} ${name} is answered`);
      return result;
    }

    async function close(): Promise<void> {
      const closing = session;
      session = undefined;
      pid = undefined;
      if (closing === undefined) return;
      await steps.park(undefined, `${node} close runs`);
      endOf(closing);
    }

    return {
      close,
      async claim() {
        if (session === undefined || !session.alive) {
          session = { pid: nextPid, node, alive: true };
          nextPid += 1;
          sessions.set(node, session);
        }
        const asked = session;
        await steps.park(undefined, `${node} claim runs`);
        if (!asked.alive) {
          await close();
          throw new Error('the connection is closed');
        }
        const claimed = claim(asked);
        await steps.park(node, `${node} claim is answered`);
        pid = claimed && asked.pid;
        return claimed;
      },
      read: (floor, published, limit) => {
        const known = [...published];
        return query('read', (asked) => {
          watch.usedLead(node, lock === asked);
          return tail(floor, known, limit);
        });
      },
      beat: ({ term, floor }) =>
        query('beat', (asked) => {
          if (relay.term !== term || relay.pid !== asked.pid) return false;
          relay.heartbeatAt = steps.now();
          relay.floor = floor;
          watch.keptFloor(
            term,
            floor,
            [...topics.values()].flatMap((topic) => topic.events),
          );
          return true;
        }),
    };
  }

  return {
    org,
    topics: options.topics,
    begin,
    committed: (topic) => topicOf(topic).events,
    openRelayLog,
    endSession(node) {
      const session = sessions.get(node);
      if (session !== undefined) endOf(session);
    },
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
