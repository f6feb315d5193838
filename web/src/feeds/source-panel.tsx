import { useState } from 'react';
import { feedsModule } from '#domain/feeds/module.ts';
import { type Feed, type Feeds, silenceLimitSchema } from '#domain/feeds/schema.ts';
import { type Asking, mayAsk } from '../app/may-ask.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { Drawer } from '../ui/drawer.tsx';
import { Field } from '../ui/field.tsx';
import { sourceName } from '../ui/source-name.ts';
import { Empty } from '../ui/states.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';
import { ContactMark } from './source-list.tsx';
import { codesText } from './sources-view.ts';

interface SourcePanelProps {
  readonly id: string;
  readonly state: Feeds;
  readonly asking: Pick<Asking, 'grants' | 'path'>;
  readonly times: Times;
  readonly now: number;
  readonly onClose: () => void;
}

/** One source: how it stands, how long it may be silent, whether it is listened to, what its codes mean. */
export function SourcePanel({ id, state, asking, times, now, onClose }: SourcePanelProps) {
  const t = useText();
  const { ask, asked } = useAsk();
  const feed = state.feeds[id];
  const mappings = Object.values(state.mappings)
    .filter((mapping) => mapping.feed === id)
    .sort((a, b) => codesText(a.location).localeCompare(codesText(b.location)));
  const busy = asked?.status === 'asking';
  return (
    <Drawer title={feed?.name ?? id} onClose={onClose}>
      {feed === undefined ? (
        <Empty title={t('feeds.no-source')} />
      ) : (
        <div className="feeds-panel">
          <ContactMark feed={feed} contact={state.contacts[id]} times={times} now={now} />
          <p>
            {t('feeds.known-by', { application: feed.application, facility: feed.facility })}
            {' · '}
            {feed.place.name}
          </p>
          <p className="feeds-quiet">
            {t('feeds.limit-is', { count: feed.silenceLimitMinutes })}{' '}
            {t('feeds.said-by', { name: sourceName(t, feed.source), time: times.moment(feed.asOf, now) })}
          </p>
          <Answer asked={asked} />
          {mayAsk(feedsModule, 'feed.configure', asking) && <Settings feed={feed} busy={busy} ask={ask} />}
          <section aria-labelledby="feeds-mappings">
            <h3 id="feeds-mappings">{t('feeds.mappings')}</h3>
            {mappings.length === 0 ? (
              <p className="feeds-quiet">{t('feeds.mappings-none')}</p>
            ) : (
              <ul className="feeds-mappings">
                {mappings.map((mapping) => (
                  <li key={mapping.id}>
                    <code>{codesText(mapping.location)}</code>
                    <span>
                      {mapping.to.kind === 'bed'
                        ? t('feeds.map-bed', { bed: mapping.to.name, unit: mapping.to.unit.name })
                        : t('feeds.map-nowhere')}
                    </span>
                    {mayAsk(feedsModule, 'feed.unmap-location', asking) && (
                      <button
                        type="button"
                        disabled={busy}
                        aria-label={t('feeds.unmap-named', { codes: codesText(mapping.location) })}
                        onClick={() =>
                          void ask(
                            'feed.unmap-location',
                            { feed: id, location: mapping.location },
                            t('feeds.unmapped'),
                          )
                        }
                      >
                        {t('feeds.unmap')}
                      </button>
                    )}
                  </li>
                ))}
              </ul>
            )}
          </section>
        </div>
      )}
    </Drawer>
  );
}

function Settings({ feed, busy, ask }: { feed: Feed; busy: boolean; ask: ReturnType<typeof useAsk>['ask'] }) {
  const t = useText();
  const [limit, setLimit] = useState(String(feed.silenceLimitMinutes));
  const [fault, setFault] = useState<string>();
  const disabled = feed.status === 'disabled';
  const save = () => {
    const minutes = silenceLimitSchema.safeParse(/^\d+$/.test(limit.trim()) ? Number(limit) : undefined);
    if (!minutes.success) return setFault(t('feeds.limit-malformed'));
    setFault(undefined);
    return void ask(
      'feed.configure',
      { feed: feed.id, silenceLimitMinutes: minutes.data },
      t('feeds.saved'),
      feed.version,
    );
  };
  return (
    <form
      className="feeds-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Field label={t('feeds.limit')} error={fault}>
        {(control) => (
          <input
            {...control}
            inputMode="numeric"
            autoComplete="off"
            value={limit}
            disabled={busy}
            onChange={({ target }) => setLimit(target.value)}
          />
        )}
      </Field>
      <div className="feeds-buttons">
        <button type="submit" className="primary" disabled={busy}>
          {t('feeds.save')}
        </button>
        <button
          type="button"
          disabled={busy}
          onClick={() =>
            void ask(
              'feed.configure',
              { feed: feed.id, disabled: !disabled },
              disabled ? t('feeds.enabled') : t('feeds.now-disabled'),
              feed.version,
            )
          }
        >
          {disabled ? t('feeds.enable') : t('feeds.disable')}
        </button>
      </div>
      <p className="feeds-quiet">{t('feeds.disable-text')}</p>
    </form>
  );
}
