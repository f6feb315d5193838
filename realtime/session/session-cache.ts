import type { LiveSession } from '#db/sessions.ts';
import type { ReadSession } from './session-reader.ts';

/** Sessions as they were read, for as long as nothing is known to have changed in them. */
export interface SessionCache {
  /** The session; undefined where it has ended. Whoever asks at once shares one reading. Raises where it fails. */
  get(session: string): Promise<LiveSession | undefined>;
  drop(change: { readonly principal: string; readonly session: string | undefined }): void;
  /** Forgets everything, and gives the principals that were known. */
  dropAll(): string[];
}

interface Entry {
  readonly readAt: number;
  readonly content: Promise<LiveSession | undefined>;
  /** Unknown until it is read. */
  principal: string | undefined;
  /** When the first of its rights ends by itself, in milliseconds since 1970 by this node's clock. */
  trueUntil: number;
  dropped: boolean;
}

/** What was read is itself true for so long, even where the rights log is not being read. */
const trueForMs = 1_000;
const attempts = 5;

export function createSessionCache(options: {
  readonly read: ReadSession;
  /** Whether changes are being heard of in time. */
  readonly isFresh: () => boolean;
  readonly most: number;
  readonly clock: () => number;
  /** Hears, at each reading, in how many milliseconds the first right of a session ends by itself. */
  readonly onRightEnds?: (session: string, principal: string, inMs: number) => void;
}): SessionCache {
  const { isFresh, most, clock } = options;
  const entries = new Map<string, Entry>();

  function usable(session: string): Entry | undefined {
    const entry = entries.get(session);
    if (entry === undefined) return undefined;
    const now = clock();
    if (now >= entry.trueUntil) return undefined;
    const age = now - entry.readAt;
    return isFresh() || (age >= 0 && age <= trueForMs) ? entry : undefined;
  }

  function load(session: string): Entry {
    const content = options.read(session);
    const entry: Entry = {
      readAt: clock(),
      content,
      principal: undefined,
      trueUntil: Number.POSITIVE_INFINITY,
      dropped: false,
    };
    content.then(
      (found) => {
        entry.principal = found?.principal.id;
        if (found?.rightEndsInMs !== undefined) {
          // By the database's clock it ends no later than this: the answer has taken its time.
          entry.trueUntil = entry.readAt + found.rightEndsInMs;
          options.onRightEnds?.(session, found.principal.id, found.rightEndsInMs);
        }
        // Ended for good, so nobody asks for long: not worth a place.
        if (found === undefined) forget(session, entry);
      },
      () => forget(session, entry),
    );
    return entry;
  }

  function forget(session: string, entry: Entry): void {
    if (entries.get(session) === entry) entries.delete(session);
  }

  function keep(session: string, entry: Entry): void {
    // Written anew so that the order of the map is the order of use.
    entries.delete(session);
    entries.set(session, entry);
    if (entries.size <= most) return;
    const oldest = entries.entries().next();
    if (oldest.done) return;
    const [id, evicted] = oldest.value;
    // From here on it would not hear of a change, so whoever still waits for it must look again.
    evicted.dropped = true;
    entries.delete(id);
  }

  return {
    async get(session) {
      for (let tried = 0; tried < attempts; tried += 1) {
        const entry = usable(session) ?? load(session);
        keep(session, entry);
        const found = await entry.content;
        // A change came while it was being read: what was found may be from before it.
        if (!entry.dropped) return found;
      }
      throw new Error('the rights of a session change faster than they can be read');
    },
    drop({ principal, session }) {
      for (const [id, entry] of session === undefined ? entries : one(session)) {
        if (session === undefined && entry.principal !== undefined && entry.principal !== principal) continue;
        entry.dropped = true;
        entries.delete(id);
      }
    },
    dropAll() {
      const principals = new Set<string>();
      for (const entry of entries.values()) {
        entry.dropped = true;
        if (entry.principal !== undefined) principals.add(entry.principal);
      }
      entries.clear();
      return [...principals];
    },
  };

  function one(session: string): [string, Entry][] {
    const entry = entries.get(session);
    return entry === undefined ? [] : [[session, entry]];
  }
}
