import type { LoggedEvent, TailEvent } from '#db/event-log.ts';

/** Sees what happens in a simulation and notes what must not. */
export interface Watch {
  violations(): readonly string[];
  /** The newest term there was. */
  terms(): number;
  note(violation: string): void;
  led(node: string, term: number, floor: bigint): void;
  /** A query of a leader ran, by a session that has the lock, or has not. */
  usedLead(node: string, hasLock: boolean): void;
  published(term: number, event: TailEvent): void;
  keptFloor(term: number, floor: bigint, committed: readonly TailEvent[]): void;
  /** Whether all of these have been published by somebody, as far as there was a relay when they were committed. */
  hasAll(committed: readonly TailEvent[]): boolean;
  /** A message has reached a node's bus. */
  heard(node: string, term: number): void;
  /** A node's bus has given a message on, of the term of the one that just reached it. */
  delivered(node: string, event: LoggedEvent): void;
}

/** `txOf` tells the transaction of a committed event. */
export function createWatch(txOf: (topic: string, seq: number) => bigint | undefined): Watch {
  const violations = new Set<string>();
  /** By topic and seq. */
  const published = new Set<string>();
  /** By term, topic and seq. */
  const underTerms = new Set<string>();
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
    terms: () => newestTerm,
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
      const event = `${name} ${seq}`;
      const last = lastUnder.get(name);
      if (last !== undefined && seq <= last) {
        const kind = underTerms.has(event) ? 'again' : 'order';
        note(`${kind}: term ${term} published ${topic} ${seq} after ${last}`);
      }
      // What an earlier leader published below the floor that it kept is not published again.
      for (let between = seq - 1; between > (last ?? seq); between -= 1)
        // Nor is what was committed before there was any relay: a topic's later seqs may be of earlier transactions.
        if (!published.has(`${topic} ${between}`) && (txOf(topic, between) ?? 0n) >= (firstFloor ?? 0n))
          note(`skipped: term ${term} published ${topic} ${seq} after ${last}`);
      lastUnder.set(name, Math.max(seq, last ?? 0));
      underTerms.add(event);
      published.add(`${topic} ${seq}`);
    },
    keptFloor(term, floor, committed) {
      const from = firstFloor ?? 0n;
      for (const { topic, seq, tx } of committed)
        if (tx >= from && tx < floor && !published.has(`${topic} ${seq}`))
          note(`floor: term ${term} kept ${floor} before ${topic} ${seq} of ${tx} was published`);
    },
    hasAll: (committed) =>
      committed.every(({ topic, seq, tx }) => tx < (firstFloor ?? 0n) || published.has(`${topic} ${seq}`)),
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
