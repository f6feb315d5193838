import { type ReactNode, useState } from 'react';
import { dismissalReasons } from '#domain/feeds/commands.ts';
import { entryTransitions } from '#domain/feeds/entry-states.ts';
import { feedsModule } from '#domain/feeds/module.ts';
import type { Entry, Feeds } from '#domain/feeds/schema.ts';
import { type Asking, mayAsk } from '../app/may-ask.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { Drawer } from '../ui/drawer.tsx';
import { Choice } from '../ui/field.tsx';
import { PendingGlyph } from '../ui/glyph.tsx';
import { Notice } from '../ui/notice.tsx';
import { sourceName } from '../ui/source-name.ts';
import { Empty } from '../ui/states.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';
import { MappingForm } from './mapping-form.tsx';
import { MessageContent } from './message-content.tsx';
import { reasonKey } from './quarantine.tsx';
import { codesText, sameCodes } from './sources-view.ts';

interface EntryPanelProps {
  readonly id: string;
  readonly state: Feeds;
  readonly asking: Pick<Asking, 'grants' | 'path'>;
  readonly times: Times;
  readonly now: number;
  readonly onClose: () => void;
}

/** One message that could not be applied: why, what it names, and what this person can do about it. */
export function EntryPanel({ id, state, onClose, ...rest }: EntryPanelProps) {
  const t = useText();
  const entry = state.quarantine[id];
  const title = entry === undefined ? t('feeds.quarantine') : t(reasonKey(entry.fault.code));
  return (
    <Drawer title={title} onClose={onClose}>
      {entry === undefined ? (
        <Empty title={t('feeds.gone')}>
          <p>{t('feeds.gone-text')}</p>
        </Empty>
      ) : (
        <Inside entry={entry} state={state} {...rest} />
      )}
    </Drawer>
  );
}

function Inside({
  entry,
  state,
  asking,
  times,
  now,
}: Omit<EntryPanelProps, 'id' | 'onClose'> & { entry: Entry }) {
  const t = useText();
  const { ask, asked } = useAsk();
  const [dismissing, setDismissing] = useState(false);
  const { fault, status } = entry;
  const feed = state.feeds[entry.feed];
  const { location } = fault;
  const alike =
    location === undefined
      ? 0
      : Object.values(state.quarantine).filter(
          (one) =>
            one.feed === entry.feed &&
            one.status === 'waiting' &&
            one.fault.location !== undefined &&
            sameCodes(one.fault.location, location),
        ).length;
  const may = (type: string) => mayAsk(feedsModule, type, asking);
  const mapping =
    location &&
    Object.values(state.mappings).find((one) => one.feed === entry.feed && sameCodes(one.location, location));
  const replayable = entryTransitions[status].replay !== undefined && may('quarantine.replay');
  const busy = asked?.status === 'asking';
  return (
    <div className="feeds-panel">
      <p className="feeds-fault">
        <strong>{fault.text}</strong>
      </p>
      {status === 'replaying' && (
        <Notice>
          <PendingGlyph /> {t('feeds.replaying')}
        </Notice>
      )}
      <dl className="feeds-facts">
        <Fact name={t('feeds.fact-source')}>{feed?.name ?? entry.feed}</Fact>
        <Fact name={t('feeds.fact-message')}>
          {[entry.trigger, entry.controlId].filter(Boolean).join(' · ')}
        </Fact>
        <Fact name={t('feeds.fact-received')}>{times.moment(entry.receivedAt, now)}</Fact>
        <Fact name={t('feeds.fact-tried')}>
          {t('feeds.tries', { count: entry.attempts })}, {times.moment(entry.triedAt, now)}
        </Fact>
        {location !== undefined && (
          <Fact name={t('feeds.fact-location')}>
            <code>{codesText(location)}</code>
          </Fact>
        )}
        {entry.opened !== undefined && (
          <Fact name={t('feeds.fact-opened')}>
            {times.moment(entry.opened.at, now)}, {sourceName(t, entry.opened.by)}
          </Fact>
        )}
      </dl>
      <Answer asked={asked} />
      {location !== undefined && may('feed.map-location') && (
        <MappingForm feed={entry.feed} location={location} mapping={mapping} busy={busy} ask={ask} />
      )}
      {replayable && (
        <section className="feeds-actions" aria-label={t('feeds.replay')}>
          <button
            type="button"
            disabled={busy || feed?.status === 'disabled'}
            onClick={() =>
              void ask(
                'quarantine.replay',
                { which: { kind: 'entry', entry: entry.id } },
                t('feeds.replay-asked'),
              )
            }
          >
            {t('feeds.replay')}
          </button>
          {alike > 1 && location !== undefined && (
            <button
              type="button"
              disabled={busy || feed?.status === 'disabled'}
              onClick={() =>
                void ask(
                  'quarantine.replay',
                  { which: { kind: 'location', feed: entry.feed, location } },
                  t('feeds.replay-asked'),
                )
              }
            >
              {t('feeds.replay-alike', { count: alike })}
            </button>
          )}
          {feed?.status === 'disabled' && <p>{t('feeds.replay-disabled')}</p>}
        </section>
      )}
      {may('quarantine.open') && <MessageContent entry={entry.id} />}
      {entryTransitions[status].dismiss !== undefined &&
        may('quarantine.dismiss') &&
        (dismissing ? (
          <form
            className="feeds-form"
            onSubmit={(event) => {
              event.preventDefault();
              const reason = new FormData(event.currentTarget).get('reason');
              void ask(
                'quarantine.dismiss',
                { entry: entry.id, reason },
                t('feeds.dismissed'),
                entry.version,
              );
            }}
          >
            <p>{t('feeds.dismiss-text')}</p>
            <Choice
              label={t('feeds.dismiss-why')}
              name="reason"
              initial={undefined}
              options={dismissalReasons.map((value) => ({ value, label: t(`feeds.dismissal-${value}`) }))}
            />
            <div className="feeds-buttons">
              <button type="submit" className="primary" disabled={busy}>
                {t('feeds.dismiss')}
              </button>
              <button type="button" onClick={() => setDismissing(false)}>
                {t('app.cancel')}
              </button>
            </div>
          </form>
        ) : (
          <button type="button" className="feeds-dismiss" onClick={() => setDismissing(true)}>
            {t('feeds.dismiss')}…
          </button>
        ))}
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
