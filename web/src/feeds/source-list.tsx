import { Link } from '@tanstack/react-router';
import type { Contact, Feed, Feeds } from '#domain/feeds/schema.ts';
import { millis } from '#domain/instant.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { ClockGlyph } from '../ui/glyph.tsx';
import { contactState } from './contact-state.ts';
import type { SourcesView } from './sources-view.ts';

interface SourceListProps {
  readonly state: Feeds;
  /** In the order in which they are shown. */
  readonly feeds: readonly Feed[];
  readonly view: SourcesView;
  readonly times: Times;
  readonly now: number;
}

/** The sources, each with when it was last heard and what became of today's messages. */
export function SourceList({ state, feeds, view, times, now }: SourceListProps) {
  const t = useText();
  const waiting = (feed: string) =>
    Object.values(state.quarantine).filter((entry) => entry.feed === feed).length;
  return (
    <ul className="feeds-list" aria-label={t('feeds.title')}>
      {feeds.map((feed) => (
        <li key={feed.id} className="feeds-card" data-testid={`source-${feed.id}`}>
          <header className="feeds-card-head">
            <h2>
              <Link to="/sources" search={{ ...view, source: feed.id }} resetScroll={false} preload={false}>
                {feed.name}
              </Link>
            </h2>
            <ContactMark feed={feed} contact={state.contacts[feed.id]} times={times} now={now} />
          </header>
          <p className="feeds-codes">
            {t('feeds.known-by', { application: feed.application, facility: feed.facility })}
            {' · '}
            {feed.place.name}
          </p>
          <dl className="feeds-figures">
            <Figure name={t('feeds.accepted')}>{state.contacts[feed.id]?.today.accepted ?? 0}</Figure>
            <Figure name={t('feeds.refused')}>{state.contacts[feed.id]?.today.refused ?? 0}</Figure>
            <Figure name={t('feeds.waiting')} alert={waiting(feed.id) > 0}>
              {waiting(feed.id)}
            </Figure>
          </dl>
        </li>
      ))}
    </ul>
  );
}

function Figure({ name, alert = false, children }: { name: string; alert?: boolean; children: number }) {
  return (
    <div className={alert ? 'feeds-figure feeds-figure-alert' : 'feeds-figure'}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** When a source was last heard. One that is silent has the mark of whatever is old. */
export function ContactMark({
  feed,
  contact,
  times,
  now,
}: {
  feed: Feed;
  contact: Contact | undefined;
  times: Times;
  now: number;
}) {
  const t = useText();
  const state = contactState(feed, contact, now);
  if (state.kind === 'disabled') return <p className="feeds-contact">{t('feeds.disabled')}</p>;
  if (state.kind === 'never') return <p className="feeds-contact">{t('feeds.never-heard')}</p>;
  const age = times.length(now - millis(state.at));
  const heard = age === undefined ? t('age.now') : t('age.ago', { age });
  if (state.kind === 'speaks') return <p className="feeds-contact">{t('feeds.heard', { age: heard })}</p>;
  return (
    <p className={`feeds-contact feeds-silent feeds-silent-${state.freshness}`}>
      <ClockGlyph />
      {t('feeds.silent', { age: heard })}
    </p>
  );
}
