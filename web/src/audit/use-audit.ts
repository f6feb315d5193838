import { useCallback, useEffect, useRef, useState } from 'react';
import { useLive } from '../live/provider.tsx';
import { auditPageSchema, type Integrity, integritySchema, type ShownRow } from './audit-answers.ts';
import { type AuditView, auditQuery } from './audit-view.ts';

/** What was found, as far as it has been asked for. */
export interface Found {
  readonly status: 'loading' | 'found' | 'failed';
  readonly rows: readonly ShownRow[];
  readonly next?: string | undefined;
}

/** The rows that a view looks for, page by page. */
export function useAudit(view: AuditView): Found & { more(): void; again(): void } {
  const live = useLive();
  const [found, setFound] = useState<Found>({ status: 'loading', rows: [] });
  const turn = useRef(0);
  const key = JSON.stringify(view);

  const read = useCallback(
    async (cursor: string | undefined, before: readonly ShownRow[]) => {
      turn.current += 1;
      const mine = turn.current;
      setFound({ status: 'loading', rows: before });
      const query = auditQuery(JSON.parse(key), cursor === undefined ? {} : { cursor });
      const answer = await live.ask('GET', `/api/v1/audit?${query}`);
      if (mine !== turn.current) return;
      const page = auditPageSchema.safeParse(answer.ok ? answer.result : undefined);
      if (page.success) {
        setFound({ status: 'found', rows: [...before, ...page.data.rows], next: page.data.next });
      } else setFound({ status: 'failed', rows: before });
    },
    [live, key],
  );
  useEffect(() => {
    void read(undefined, []);
  }, [read]);
  return {
    ...found,
    more: () => void read(found.next, found.rows),
    again: () => void read(undefined, []),
  };
}

/** How far the chain is, asked again every so often. */
export function useIntegrity(everyMs: number): Integrity | undefined {
  const live = useLive();
  const [integrity, setIntegrity] = useState<Integrity>();
  useEffect(() => {
    const ask = async () => {
      const answer = await live.ask('GET', '/api/v1/audit/integrity');
      const parsed = integritySchema.safeParse(answer.ok ? answer.result : undefined);
      setIntegrity(parsed.data);
    };
    void ask();
    const timer = setInterval(() => void ask(), everyMs);
    return () => clearInterval(timer);
  }, [live, everyMs]);
  return integrity;
}
