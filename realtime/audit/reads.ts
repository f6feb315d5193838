import type { AuditedClient } from '#db/audit.ts';
import { type Refusal, refuse } from '#domain/errors.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { type ViewName, viewHoldsPhi } from '#domain/module.ts';
import { sourceOf } from '#domain/source.ts';
import type { Journal } from './journal.ts';

/** How somebody came to read a topic. */
export type ReadWhy = 'subscribe' | 'resume' | 'snapshot' | 'history';

/** Who reads, as far as it is known. */
export interface Reader {
  readonly principal: Principal;
  readonly session: string;
  readonly client?: AuditedClient | undefined;
}

/** Writes down that somebody reads what may identify patients, before they are given it. */
export interface ReadAudit {
  /** A refusal where it could not be written: then it is not to be shown. A view that identifies nobody is not written down. */
  read(reader: Reader, topic: string, view: ViewName, why: ReadWhy): Promise<Refusal | undefined>;
}

const unwritten = refuse('unavailable', 'that this is read could not be written down; try again');

export function createReadAudit(journal: Journal): ReadAudit {
  return {
    async read({ principal, session, client }, topic, view, why) {
      if (!viewHoldsPhi[view]) return undefined;
      const written = await journal.write({
        org: principal.org,
        principal: sourceOf(principal),
        session,
        action: 'topic.read',
        outcome: 'ok',
        details: { topic, view, why },
        client,
      });
      return written ? undefined : unwritten;
    },
  };
}
