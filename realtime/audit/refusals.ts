import type { AuditedClient } from '#db/audit.ts';
import type { ErrorCode } from '#domain/errors.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { sourceOf } from '#domain/source.ts';
import type { Journal } from './journal.ts';

/** What was refused before any transaction of it began. */
export interface EarlyRefusal {
  readonly principal: Pick<Principal, 'kind' | 'id' | 'org' | 'name'>;
  readonly session: string | undefined;
  /** Out of a closed list: a type of command or message, never what a client made up. */
  readonly action: string;
  readonly code: ErrorCode;
  readonly client?: AuditedClient | undefined;
}

/** Audits refusals that no command's transaction audits. A flood of them is a few rows that say how many. */
export interface RefusalAudit {
  refused(refusal: EarlyRefusal): void;
  /** Writes what has been counted. */
  flush(): void;
  stop(): Promise<void>;
}

/** Of one principal, so many kinds of refusals have a row of their own in a minute; others are told as one. */
const mostKinds = 20;
const mostKeys = 20_000;

/** The first of a kind is written at once; those that follow within the minute are one row at its end, with their number. */
export function createRefusalAudit(options: {
  readonly journal: Journal;
  readonly everyMs?: number;
}): RefusalAudit {
  const { journal, everyMs = 60_000 } = options;
  const counted = new Map<string, { refusal: EarlyRefusal; more: number }>();
  const kinds = new Map<string, number>();

  function write({ principal, session, action, code, client }: EarlyRefusal, count: number): void {
    void journal.write({
      org: principal.org,
      principal: sourceOf({ ...principal, grants: [] }),
      session,
      action,
      outcome: code,
      ...(count === 1 ? {} : { details: { count } }),
      client,
    });
  }

  function flush(): void {
    for (const { refusal, more } of counted.values()) if (more > 0) write(refusal, more);
    counted.clear();
    kinds.clear();
  }

  const timer = setInterval(flush, everyMs);
  timer.unref();

  return {
    refused(refusal) {
      const who = JSON.stringify([refusal.principal.org, refusal.principal.kind, refusal.principal.id]);
      const already = kinds.get(who) ?? 0;
      const key = JSON.stringify([who, refusal.action, refusal.code]);
      const same = counted.get(key);
      if (same !== undefined) {
        same.more += 1;
        return;
      }
      if (counted.size >= mostKeys) flush();
      const kept = already < mostKinds ? refusal : { ...refusal, action: 'several' };
      const keptKey = already < mostKinds ? key : JSON.stringify([who, 'several']);
      const other = counted.get(keptKey);
      if (other !== undefined) {
        other.more += 1;
        return;
      }
      kinds.set(who, already + 1);
      counted.set(keptKey, { refusal: kept, more: 0 });
      write(kept, 1);
    },
    flush,
    async stop() {
      clearInterval(timer);
      flush();
      await journal.settled();
    },
  };
}
