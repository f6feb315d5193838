import type { LoggedEvent, TailEvent } from '#db/event-log.ts';

/** Sees what happens in a simulation and notes what must not. */
export interface Watch {
  violations(): readonly string[];
  note(violation: string): void;
  led(node: string, term: number, floor: bigint): void;
  /** A query of a leader ran, by a session that has the lock, or has not. */
  usedLead(node: string, hasLock: boolean): void;
  published(term: number, event: TailEvent): void;
  keptFloor(term: number, floor: bigint, committed: readonly TailEvent[]): void;
  /** A message has reached a node's bus. */
  heard(node: string, term: number): void;
  /** A node's bus has given a message on, of the term of the one that just reached it. */
  delivered(node: string, event: LoggedEvent): void;
}

export function createWatch(): Watch {
  const violations = new Set<string>();
  /** By topic and seq. */
  const published = new Set<string>();
  const lastUnder = new Map<string, number>();
  const newest = new Map<string, number>();
  const current = new Map<string, number>();
  let firstFloor: bigint | undefined;
  let newestTerm = 0;

  const note = (violation: string): void => {
    violations.add(violation);
  };

  return {
    violations: () => [...violations],
    note,
    led(node, term, floor) {
      if (term <= newestTerm) note(`lead: ${node} was given term ${term} after ${newestTerm}`);
      newestTerm = term;
      firstFloor ??= floor;
    },
    usedLead(node, hasLock) {
      if (!hasLock) note(`lead: ${node} read as leader without the lock`);
    },
    published(term, { topic, seq }) {
      const name = `${term} ${topic}`;
      const last = lastUnder.get(name);
      if (last !== undefined && seq !== last + 1)
        note(`${seq > last ? 'skipped' : 'order'}: term ${term} published ${topic} ${seq} after ${last}`);
      lastUnder.set(name, seq);
      published.add(`${topic} ${seq}`);
    },
    keptFloor(term, floor, committed) {
      const from = firstFloor ?? 0n;
      for (const { topic, seq, tx } of committed)
        if (tx >= from && tx < floor && !published.has(`${topic} ${seq}`))
          note(`floor: term ${term} kept ${floor} before ${topic} ${seq} of ${tx} was published`);
    },
    heard(node, term) {
      current.set(node, term);
      newest.set(node, Math.max(newest.get(node) ?? 0, term));
    },
    delivered(node, { topic, seq }) {
      const term = current.get(node) ?? 0;
      const known = newest.get(node) ?? 0;
      if (term < known) note(`term: ${node} took ${topic} ${seq} of term ${term} after term ${known}`);
    },
  };
}
