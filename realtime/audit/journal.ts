import { appendAudit } from '#db/audit/append.ts';
import type { AuditEntry } from '#db/audit.ts';
import type { Database } from '#db/connect.ts';

/** Writes rows of the audit that belong to no transaction, those of many callers at once. */
export interface Journal {
  /** True once the row is committed; false where it could not be, in good time. Never raises. */
  write(entry: AuditEntry): Promise<boolean>;
  /** Resolves once what was given has been written, or could not be. */
  settled(): Promise<void>;
}

export interface JournalOptions {
  readonly sql: Database;
  readonly onFault: (error: unknown) => void;
  /** The most rows in one statement, and the most that may wait. */
  readonly batch?: number;
  readonly most?: number;
  readonly patienceMs?: number;
}

interface Waiting {
  readonly entry: AuditEntry;
  readonly tell: (written: boolean) => void;
}

/**
 * One statement is under way at a time, and whatever comes meanwhile goes into the next: ten thousand who come back at
 * once cost some statements, and one who comes alone waits for nobody.
 */
export function createJournal(options: JournalOptions): Journal {
  const { sql, onFault, batch = 1_000, most = 50_000, patienceMs = 5_000 } = options;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;

  async function run(): Promise<void> {
    // What is asked for in this very tick is one statement already.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const taken = waiting.slice(0, batch);
      waiting = waiting.slice(batch);
      const written = await within(
        patienceMs,
        appendAudit(
          sql,
          taken.map(({ entry }) => entry),
        ),
      ).catch((error: unknown) => {
        onFault(error);
        return false;
      });
      for (const { tell } of taken) tell(written);
    }
  }

  return {
    write: (entry) =>
      new Promise((resolve) => {
        if (waiting.length >= most) {
          resolve(false);
          return;
        }
        waiting.push({ entry, tell: resolve });
        writing ??= run().finally(() => {
          writing = undefined;
        });
      }),
    async settled() {
      await writing;
    },
  };
}

/** True once the work is done; raises where it takes too long. */
async function within(ms: number, work: Promise<void>): Promise<true> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the audit was not written in time')), ms);
  });
  try {
    await Promise.race([work, late]);
    return true;
  } finally {
    clearTimeout(timer);
  }
}
