import { useEffect, useState } from 'react';
import { type ReviewActs, reviewActsSchema } from '#domain/emergency-doors.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { useLive } from '../live/provider.tsx';

/** What the audit has of whoever had the access, while they had it. Read anew when it has ended. */
export function Acts({
  review,
  ended,
  times,
  now,
}: {
  review: string;
  ended: string | undefined;
  times: Times;
  now: number;
}) {
  const t = useText();
  const live = useLive();
  const [acts, setActs] = useState<ReviewActs | 'reading' | 'failed'>('reading');
  // biome-ignore lint/correctness/useExhaustiveDependencies: its end is when there is more to read.
  useEffect(() => {
    let wanted = true;
    void live.ask('GET', `/api/v1/reviews/${review}/acts`).then((answer) => {
      if (!wanted) return;
      const read = reviewActsSchema.safeParse(answer.ok ? answer.result : undefined);
      setActs(read.success ? read.data : 'failed');
    });
    return () => {
      wanted = false;
    };
  }, [live, review, ended]);
  return (
    <section className="review-section" aria-labelledby="review-acts">
      <h3 id="review-acts">{t('reviews.acts')}</h3>
      <p className="review-quiet">{t('reviews.acts-note')}</p>
      {acts === 'reading' && <p role="status">{t('reviews.acts-reading')}</p>}
      {acts === 'failed' && <p role="alert">{t('reviews.acts-failed')}</p>}
      {typeof acts !== 'string' && acts.acts.length === 0 && <p>{t('reviews.acts-none')}</p>}
      {typeof acts !== 'string' && (
        <ol className="review-acts">
          {acts.acts.map((act, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a list that never changes its order.
            <li key={index}>
              <time dateTime={act.at}>{times.moment(act.at, now)}</time>
              <code>{act.action}</code>
              <span>
                {act.outcome === 'ok' ? '' : `${t('reviews.acts-refused')}. `}
                {act.topics.join(', ')}
              </span>
            </li>
          ))}
        </ol>
      )}
      {typeof acts !== 'string' && acts.more && <p>{t('reviews.acts-more')}</p>}
    </section>
  );
}
