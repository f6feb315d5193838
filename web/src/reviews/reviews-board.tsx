import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Review, Reviews } from '#domain/emergency/schema.ts';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useTopic } from '../live/hooks.ts';
import { useUnitTimes } from '../places/use-unit-times.ts';
import { AlertGlyph } from '../ui/glyph.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import { ReviewPanel } from './review-panel.tsx';
import { type ReviewsView, shownReviews } from './reviews-view.ts';
import './reviews.css';

const route = getRouteApi('/admin/reviews');

/** Every emergency access that somebody must still decide about, what is overdue first. */
export function ReviewsBoard({ topic, otherwise }: { topic: string; otherwise: ReactNode }) {
  const t = useText();
  const times = useTimes();
  const now = useNow(1000);
  const view = route.useSearch();
  const navigate = route.useNavigate();
  const reading = useTopic<Reviews>(topic);
  if (reading.status === 'missing') return otherwise;
  const reviews = Object.values(reading.state?.reviews ?? {});
  const shown = shownReviews(reviews, view);
  const change = (search: ReviewsView) => void navigate({ search, resetScroll: false });
  return (
    <Page title={t('reviews.title')}>
      {reading.status === 'behind' && reading.confirmedAt !== undefined && (
        <p className="reviews-stale">
          {t('reviews.stale', { time: times.moment(reading.confirmedAt, now) })}
        </p>
      )}
      {reading.state === undefined ? (
        <Loading title={t('reviews.loading')} />
      ) : (
        <>
          <div className="reviews-controls">
            <label className="option">
              <input
                type="checkbox"
                checked={view.all === true}
                onChange={({ target }) => change(target.checked ? { all: true } : {})}
              />
              <span>{t('reviews.show-all')}</span>
            </label>
            <p>{t('reviews.count', { count: shown.length })}</p>
          </div>
          {shown.length === 0 ? (
            <Empty title={t('reviews.empty')}>
              <p>{t('reviews.empty-text')}</p>
            </Empty>
          ) : (
            <ul className="reviews">
              {shown.map((review) => (
                <ReviewRow key={review.id} review={review} view={view} now={now} />
              ))}
            </ul>
          )}
        </>
      )}
      {reading.state !== undefined && view.review !== undefined && (
        <ReviewPanel
          key={view.review}
          review={reading.state.reviews[view.review]}
          all={reviews}
          now={now}
          onClose={() => change(view.all === true ? { all: true } : {})}
        />
      )}
    </Page>
  );
}

function ReviewRow({ review, view, now }: { review: Review; view: ReviewsView; now: number }) {
  const t = useText();
  const times = useUnitTimes(review.unit.id);
  const { person, unit, beganAt, until, dueAt, ended, status, overdue, reason } = review;
  return (
    <li className={overdue ? 'review review-overdue' : 'review'} data-testid={`review-${review.id}`}>
      <Link
        to="/admin/reviews"
        search={{ ...view, review: review.id }}
        resetScroll={false}
        aria-label={t('reviews.open-named', {
          person: person.name,
          unit: unit.name,
          time: times.moment(beganAt, now),
        })}
      >
        <strong>{person.name}</strong> <span>{unit.name}</span>
      </Link>
      <span>{t(`emergency-reason.${reason}`)}</span>
      <span>{times.moment(beganAt, now)}</span>
      <span className="review-state">
        {overdue && <AlertGlyph />}
        {ended === undefined
          ? t('reviews.lasting', { time: times.clock(until) })
          : overdue
            ? t('reviews.overdue')
            : status === 'open'
              ? t('reviews.due', { time: times.moment(dueAt, now) })
              : t(`reviews.status.${status}`)}
      </span>
    </li>
  );
}
