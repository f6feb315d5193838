import { v7 as uuidv7 } from 'uuid';
import { currentTexts, type OwnPrivacy, purposes } from '#domain/privacy/schema.ts';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useStore, useTopic } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Loading } from '../ui/states.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';
import { download } from './download.ts';
import { RequestList } from './request-list.tsx';
import './privacy.css';

/** What whoever is signed in agreed to, and what they ask about their own data. */
export function MyPrivacyPage() {
  const t = useText();
  const who = useStore(useLive().session);
  if (typeof who === 'string') return <Loading />;
  return (
    <Page title={t('privacy.my-title')}>
      <MyPrivacy account={who.id} />
    </Page>
  );
}

function MyPrivacy({ account }: { account: string }) {
  const t = useText();
  const live = useLive();
  const times = useTimes();
  const now = useNow(1000);
  const { ask, asked, setAsked } = useAsk();
  const { state } = useTopic<OwnPrivacy>(`user/${account}/privacy`);
  if (state === undefined) return <Loading />;
  const busy = asked?.status === 'asking';
  const request = (kind: 'export' | 'erasure') =>
    void ask('privacy.ask', { account, request: uuidv7(), kind }, t(`privacy.done-${kind}`));
  const take = async (id: string): Promise<void> => {
    const refusal = await download(live, id);
    if (refusal !== undefined) setAsked({ status: 'refused', refusal });
  };
  return (
    <div className="privacy">
      <Answer asked={asked} />
      <section aria-labelledby="privacy-consents">
        <h2 id="privacy-consents">{t('privacy.consents')}</h2>
        <p className="privacy-quiet">{t('privacy.consents-text')}</p>
        <ul className="privacy-list">
          {purposes.map((purpose) => {
            const consent = state.consents[purpose];
            const current = consent?.status === 'given' && consent.text === currentTexts[purpose];
            return (
              <li key={purpose} className="privacy-item">
                <div>
                  <h3>{t(`privacy.purpose-${purpose}`)}</h3>
                  <p>{t(`privacy.text-${purpose}`)}</p>
                  <p className="privacy-quiet">
                    {consent === undefined
                      ? t('privacy.consent-none')
                      : t(`privacy.consent-${consent.status}`, {
                          time: times.moment(consent.asOf, now),
                          text: consent.text,
                        })}
                  </p>
                </div>
                <div className="privacy-buttons">
                  {consent?.status === 'given' && (
                    <button
                      type="button"
                      disabled={busy}
                      onClick={() =>
                        void ask('consent.withdraw', { account, purpose }, t('privacy.done-withdrawn'))
                      }
                    >
                      {t('privacy.withdraw')}
                    </button>
                  )}
                  {!current && (
                    <button
                      type="button"
                      disabled={busy}
                      onClick={() =>
                        void ask(
                          'consent.give',
                          { account, purpose, text: currentTexts[purpose] },
                          t('privacy.done-given'),
                        )
                      }
                    >
                      {t('privacy.give')}
                    </button>
                  )}
                </div>
              </li>
            );
          })}
        </ul>
      </section>
      <section aria-labelledby="privacy-data">
        <h2 id="privacy-data">{t('privacy.data')}</h2>
        <p className="privacy-quiet">{t('privacy.data-text')}</p>
        <div className="privacy-buttons">
          <button type="button" className="primary" disabled={busy} onClick={() => request('export')}>
            {t('privacy.ask-export')}
          </button>
          <button type="button" disabled={busy} onClick={() => request('erasure')}>
            {t('privacy.ask-erasure')}
          </button>
        </div>
        <RequestList
          requests={Object.values(state.requests)}
          times={times}
          now={now}
          actions={({ id, status }) =>
            status === 'ready' && (
              <button type="button" onClick={() => void take(id)}>
                {t('privacy.download')}
              </button>
            )
          }
        />
      </section>
    </div>
  );
}
