import type { Privacy, Request } from '#domain/privacy/schema.ts';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useStore, useTopic } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Empty, Failure, Forbidden, Loading } from '../ui/states.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';
import { ConsentForm } from './consent-form.tsx';
import { download } from './download.ts';
import { HoldForm } from './hold-form.tsx';
import { PatientConsents } from './patient-consents.tsx';
import { consentPlace, privacyTopic } from './privacy-place.ts';
import { ProcessingRecords } from './processing-records.tsx';
import { RequestList } from './request-list.tsx';
import './privacy.css';

/**
 * What people ask about their data, what must not be erased, what patients agree to, and what is done with data at all.
 * Who only writes down what patients agree to does that here.
 */
export function PrivacyPage() {
  const t = useText();
  const live = useLive();
  const topics = useStore(live.topics);
  const who = useStore(live.session);
  if (topics === 'loading' || typeof who === 'string') return <Loading />;
  const topic = 'error' in topics ? undefined : privacyTopic(topics);
  const place = consentPlace(who);
  return (
    <Page title={t('privacy.title')}>
      {'error' in topics ? (
        <Failure title={t('failure.topics')} />
      ) : topic !== undefined ? (
        <Officer topic={topic} place={place} />
      ) : place !== undefined ? (
        <Desk place={place} />
      ) : (
        <Forbidden title={t('forbidden.title')}>
          <p>{t('privacy.forbidden')}</p>
        </Forbidden>
      )}
    </Page>
  );
}

/** Where somebody at a desk writes down what patients agree to. What others wrote down is not theirs to read. */
function Desk({ place }: { place: string }) {
  const t = useText();
  const { ask, asked } = useAsk();
  return (
    <div className="privacy">
      <Answer asked={asked} />
      <section aria-labelledby="privacy-patient-consents">
        <h2 id="privacy-patient-consents">{t('privacy.patient-consents')}</h2>
        <p className="privacy-quiet">{t('privacy.patient-consents-text')}</p>
        <ConsentForm place={place} busy={asked?.status === 'asking'} ask={ask} />
      </section>
    </div>
  );
}

function Officer({ topic, place }: { topic: string; place: string | undefined }) {
  const t = useText();
  const live = useLive();
  const times = useTimes();
  const now = useNow(1000);
  const { ask, asked, setAsked } = useAsk();
  const { state } = useTopic<Privacy>(topic);
  if (state === undefined) return <Loading />;
  const requests = Object.values(state.requests);
  const holds = Object.values(state.holds);
  const busy = asked?.status === 'asking';
  const nameOf = ({ about }: Pick<Request, 'about'>): string =>
    about.kind === 'account' ? about.account.name : t('privacy.a-patient');
  const take = async (id: string): Promise<void> => {
    const refusal = await download(live, id);
    if (refusal !== undefined) setAsked({ status: 'refused', refusal });
  };
  const decide = (request: string, decision: Record<string, string>, done: string) =>
    void ask('privacy.decide', { request, decision }, done);
  return (
    <div className="privacy">
      <Answer asked={asked} />
      <section aria-labelledby="privacy-requests">
        <h2 id="privacy-requests">{t('privacy.requests')}</h2>
        {requests.length === 0 && <Empty title={t('privacy.requests-none')} />}
        <RequestList
          requests={requests}
          times={times}
          now={now}
          about={nameOf}
          actions={({ id, status, about }) => (
            <>
              {status === 'asked' && (
                <>
                  <button
                    type="button"
                    disabled={busy}
                    onClick={() => decide(id, { kind: 'carry-out' }, t('privacy.done-carry-out'))}
                  >
                    {t('privacy.carry-out')}
                  </button>
                  <button
                    type="button"
                    disabled={busy}
                    onClick={() =>
                      decide(
                        id,
                        { kind: 'refuse', reason: 'records-must-be-kept' },
                        t('privacy.done-refused'),
                      )
                    }
                  >
                    {t('privacy.refuse')}
                  </button>
                </>
              )}
              {status === 'ready' && about.kind === 'patient' && (
                <button type="button" onClick={() => void take(id)}>
                  {t('privacy.download')}
                </button>
              )}
            </>
          )}
        />
      </section>
      <section aria-labelledby="privacy-holds">
        <h2 id="privacy-holds">{t('privacy.holds')}</h2>
        <p className="privacy-quiet">{t('privacy.holds-text')}</p>
        <ul className="privacy-list">
          {holds.map((hold) => (
            <li key={hold.id} className="privacy-item">
              <div>
                <h3>{nameOf(hold)}</h3>
                <p className="privacy-quiet">
                  {t(`privacy.hold-${hold.reason}`)}
                  {' · '}
                  {t('privacy.said-by', { name: hold.source.name, time: times.moment(hold.asOf, now) })}
                </p>
              </div>
              <div className="privacy-buttons">
                <button
                  type="button"
                  disabled={busy}
                  onClick={() => void ask('hold.lift', { hold: hold.id }, t('privacy.done-lifted'))}
                >
                  {t('privacy.lift')}
                </button>
              </div>
            </li>
          ))}
        </ul>
        <HoldForm busy={busy} ask={ask} />
      </section>
      <PatientConsents
        consents={Object.values(state.consents)}
        place={place ?? state.organisation.id}
        times={times}
        now={now}
        busy={busy}
        ask={ask}
      />
      <ProcessingRecords topic={topic} controller={state.organisation.name} />
    </div>
  );
}
