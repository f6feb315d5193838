import type { ReactNode } from 'react';
import type { Request } from '#domain/privacy/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { sourceName } from '../ui/source-name.ts';

interface RequestListProps {
  readonly requests: readonly Request[];
  readonly times: Times;
  readonly now: number;
  /** Whom each is about, where that is not plain. */
  readonly about?: (request: Request) => string;
  readonly actions: (request: Request) => ReactNode;
}

/** What was asked about people's data, the newest first, each with how far it has come. */
export function RequestList({ requests, times, now, about, actions }: RequestListProps) {
  const t = useText();
  const newest = [...requests].sort((a, b) => b.askedAt.localeCompare(a.askedAt));
  return (
    <ul className="privacy-list">
      {newest.map((request) => (
        <li key={request.id} className="privacy-item">
          <div>
            <h3>
              {t(`privacy.kind-${request.kind}`)}
              {about === undefined ? '' : ` · ${about(request)}`}
            </h3>
            <p className="privacy-quiet">
              {t('privacy.asked-at', { time: times.moment(request.askedAt, now) })}
              {' · '}
              {t('privacy.said-by', {
                name: sourceName(t, request.source),
                time: times.moment(request.asOf, now),
              })}
            </p>
          </div>
          <Standing request={request} times={times} now={now} />
          <div className="privacy-buttons">{actions(request)}</div>
        </li>
      ))}
    </ul>
  );
}

function Standing({ request, times, now }: { request: Request; times: Times; now: number }) {
  const t = useText();
  const { status, progress, archive, reason } = request;
  if (status === 'making') {
    return (
      <p className="privacy-status">
        {t('privacy.status-making')}
        <progress
          aria-label={t('privacy.progress')}
          {...(progress === undefined ? {} : { value: progress.done, max: progress.of })}
        />
      </p>
    );
  }
  return (
    <p className={`privacy-status privacy-status-${status}`}>
      {t(`privacy.status-${status}`)}
      {reason !== undefined && `: ${t(`privacy.reason-${reason}`)}`}
      {archive !== undefined && ` · ${t('privacy.kept-until', { time: times.moment(archive.until, now) })}`}
    </p>
  );
}
