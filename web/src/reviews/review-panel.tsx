import type { ReactNode } from 'react';
import { reviewTransitions } from '#domain/emergency/review-states.ts';
import type { Review } from '#domain/emergency/schema.ts';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { useUnitTimes } from '../places/use-unit-times.ts';
import { Drawer } from '../ui/drawer.tsx';
import { Notice } from '../ui/notice.tsx';
import { sourceName } from '../ui/source-name.ts';
import { Empty } from '../ui/states.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Acts } from './acts.tsx';
import { Answer } from './answer.tsx';
import { DecisionForm } from './decision-form.tsx';
import { timesOf } from './reviews-view.ts';

interface ReviewPanelProps {
  readonly review: Review | undefined;
  /** All that are listed: how often somebody did it is counted from them. */
  readonly all: readonly Review[];
  readonly now: number;
  readonly onClose: () => void;
}

/** One emergency access: who, why, what was done during it, what was decided, and what this person may do about it. */
export function ReviewPanel({ review, onClose, ...rest }: ReviewPanelProps) {
  const t = useText();
  return (
    <Drawer
      title={review === undefined ? t('reviews.title') : `${review.person.name}, ${review.unit.name}`}
      onClose={onClose}
    >
      {review === undefined ? <Empty title={t('reviews.gone')} /> : <Inside review={review} {...rest} />}
    </Drawer>
  );
}

function Inside({ review, all, now }: Omit<ReviewPanelProps, 'onClose'> & { review: Review }) {
  const t = useText();
  const session = useStore(useLive().session);
  const times = useUnitTimes(review.unit.id);
  const { ask, asked } = useAsk();
  const { ended, status } = review;
  const isOwn = typeof session !== 'string' && session.id === review.person.id;
  const busy = asked?.status === 'asking';
  return (
    <div className="review-panel">
      <dl className="review-facts">
        <Fact name={t('reviews.fact-who')}>{review.person.name}</Fact>
        <Fact name={t('reviews.fact-unit')}>{review.unit.name}</Fact>
        <Fact name={t('reviews.fact-reason')}>{t(`emergency-reason.${review.reason}`)}</Fact>
        {review.explanation !== undefined && (
          <Fact name={t('reviews.fact-words')}>
            <q>{review.explanation}</q>
          </Fact>
        )}
        <Fact name={t('reviews.fact-began')}>{times.moment(review.beganAt, now)}</Fact>
        <Fact name={t('reviews.fact-ended')}>
          {ended === undefined
            ? t('reviews.lasting', { time: times.clock(review.until) })
            : ended.how === 'withdrawn'
              ? t('reviews.ended.withdrawn', {
                  time: times.moment(ended.at, now),
                  name: sourceName(t, ended.by),
                })
              : t(`reviews.ended.${ended.how}`, { time: times.moment(ended.at, now) })}
        </Fact>
        <Fact name={t('reviews.fact-often')}>
          {t('reviews.often', { count: timesOf(all, review.person.id, now) })}
        </Fact>
      </dl>
      <Answer asked={asked} />
      {ended === undefined && (
        <section className="review-section">
          <p>{t('reviews.wait')}</p>
          <button
            type="button"
            disabled={busy}
            onClick={() =>
              void ask('access.withdraw', { access: review.id }, t('reviews.withdrawn'), review.version)
            }
          >
            {t('reviews.withdraw')}
          </button>
        </section>
      )}
      {review.decisions.length > 0 && (
        <section className="review-section" aria-labelledby="review-history">
          <h3 id="review-history">{t('reviews.history')}</h3>
          <ul>
            {review.decisions.map((decision) => (
              <li key={decision.at}>
                {t('reviews.decided-by', {
                  decision: t(`reviews.status.${decision.to}`),
                  name: sourceName(t, decision.by),
                  time: times.moment(decision.at, now),
                })}
                {decision.note !== undefined && <q>{decision.note}</q>}
              </li>
            ))}
          </ul>
        </section>
      )}
      {ended !== undefined && isOwn && <Notice>{t('reviews.own')}</Notice>}
      {ended !== undefined && !isOwn && reviewTransitions[status].length > 0 && (
        <DecisionForm key={review.version} review={review} busy={busy} ask={ask} />
      )}
      <Acts review={review.id} ended={ended?.at} times={times} now={now} />
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
