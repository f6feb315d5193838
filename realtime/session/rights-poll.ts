import type { Database } from '#db/connect.ts';
import { type RightsEntry, readRightsLog, rightsLogFloor } from '#db/rights-log.ts';

/** Reads the rights log again and again, and knows how fresh that is. */
export interface RightsPoll {
  start(): void;
  /** Reads now, unless it does already: somebody says that the log has grown. */
  look(): void;
  /** Ends after the reading that is under way. Whoever still waits for freshness is refused it. */
  stop(): Promise<void>;
  /** When a reading began that succeeded and was applied last, in milliseconds since 1970; 0 before the first. */
  freshAt(): number;
  isFresh(): boolean;
  /** Resolves once the log has been read within the last second, at once where it has. Rejects when stopped. */
  fresh(): Promise<void>;
  /** Reads now, and resolves once a reading that began from here on has been applied. Rejects when stopped. */
  latest(): Promise<void>;
}

export interface RightsPollOptions {
  readonly sql: Database;
  readonly everyMs: number;
  readonly clock: () => number;
  /** Hears each entry once. The log does not count as read before what this gives is through. */
  readonly onEntries: (entries: readonly RightsEntry[]) => Promise<void>;
  /** Nothing that was known before holds: the log was not read until now, or the database was put back. */
  readonly onBreak: () => Promise<void>;
  /** Hears the first of a run of failures. */
  readonly onFault: (error: unknown) => void;
}

/**
 * A node that has not been able to read for longer stops sending. Less than the second in which frames end: what it sends
 * last must also arrive within it, over a network and by a machine that may be as busy as the one that cannot read.
 */
const freshForMs = 750;

export function createRightsPoll(options: RightsPollOptions): RightsPoll {
  const { sql, everyMs, clock } = options;
  const waiting: { after: number; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let floor: string | undefined;
  let seen: ReadonlySet<number> = new Set();
  let freshAt = 0;
  let failing = false;
  let state: 'new' | 'running' | 'stopped' = 'new';
  let timer: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();
  let readings = 0;

  /** A clock that was put back leaves a moment that lies ahead: that is not fresh either. */
  function isFresh(): boolean {
    const age = clock() - freshAt;
    return age >= 0 && age <= freshForMs;
  }

  async function read(): Promise<void> {
    const began = clock();
    readings += 1;
    const reading = readings;
    if (floor === undefined) {
      const first = await rightsLogFloor(sql);
      await options.onBreak();
      floor = first;
    } else {
      const read = await readRightsLog(sql, { floor });
      if (BigInt(read.floor) < BigInt(floor)) await options.onBreak();
      const fresh = read.entries.filter(({ id }) => !seen.has(id));
      if (fresh.length > 0) await options.onEntries(fresh);
      floor = read.floor;
      // Only what stood in this reading can come again.
      seen = new Set(read.entries.map(({ id }) => id));
    }
    freshAt = began;
    if (!isFresh()) return;
    for (const one of waiting.splice(0)) {
      if (one.after < reading) one.resolve();
      else waiting.push(one);
    }
  }

  async function take(): Promise<void> {
    const began = performance.now();
    try {
      await read();
      failing = false;
    } catch (error) {
      if (!failing) options.onFault(error);
      failing = true;
    }
    if (state !== 'running') return;
    timer = setTimeout(begin, Math.max(0, everyMs - (performance.now() - began)));
  }

  function begin(): void {
    timer = undefined;
    turn = take();
  }

  function look(): void {
    // Without a timer a reading is under way.
    if (state !== 'running' || timer === undefined) return;
    clearTimeout(timer);
    begin();
  }

  function readingAfter(after: number): Promise<void> {
    if (state === 'stopped') return Promise.reject(new Error('the node stops'));
    return new Promise((resolve, reject) => waiting.push({ after, resolve, reject }));
  }

  return {
    start() {
      if (state !== 'new') return;
      state = 'running';
      begin();
    },
    look,
    async stop() {
      state = 'stopped';
      clearTimeout(timer);
      for (const { reject } of waiting.splice(0)) reject(new Error('the node stops'));
      await turn;
    },
    freshAt: () => freshAt,
    isFresh,
    fresh: () => (isFresh() ? Promise.resolve() : readingAfter(0)),
    latest() {
      const read = readingAfter(readings);
      look();
      return read;
    },
  };
}
