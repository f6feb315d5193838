import { useState } from 'react';
import { type PatientConsent, shownConsents } from '#domain/privacy/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { sourceName } from '../ui/source-name.ts';
import type { useAsk } from '../ui/use-ask.ts';
import { ConsentForm } from './consent-form.tsx';

/** So many are shown until somebody asks for all. */
const shownAtFirst = 20;

interface PatientConsentsProps {
  readonly consents: readonly PatientConsent[];
  /** Where whoever looks writes down more. */
  readonly place: string;
  readonly times: Times;
  readonly now: number;
  readonly busy: boolean;
  readonly ask: ReturnType<typeof useAsk>['ask'];
}

/** What patients without an account agreed to, the newest first, and where more is written down. */
export function PatientConsents({ consents, place, times, now, busy, ask }: PatientConsentsProps) {
  const t = useText();
  const [all, setAll] = useState(false);
  const newest = [...consents].sort((a, b) => b.asOf.localeCompare(a.asOf));
  return (
    <section aria-labelledby="privacy-patient-consents">
      <h2 id="privacy-patient-consents">{t('privacy.patient-consents')}</h2>
      <p className="privacy-quiet">{t('privacy.patient-consents-text')}</p>
      <ul className="privacy-list">
        {(all ? newest : newest.slice(0, shownAtFirst)).map((consent) => (
          <li key={consent.id} className="privacy-item">
            <div>
              <h3>
                {t(`privacy.purpose-${consent.purpose}`)}
                {' · '}
                {t('privacy.a-patient')}
              </h3>
              <p className="privacy-quiet">
                {t('privacy.text-number', { text: consent.text })}
                {' · '}
                {t('privacy.said-by', {
                  name: sourceName(t, consent.source),
                  time: times.moment(consent.asOf, now),
                })}
              </p>
            </div>
            <p className="privacy-status">{t(`privacy.patient-consent-${consent.status}`)}</p>
          </li>
        ))}
      </ul>
      {!all && newest.length > shownAtFirst && (
        <button type="button" onClick={() => setAll(true)}>
          {t('privacy.patient-consents-all', { count: newest.length })}
        </button>
      )}
      {all && newest.length >= shownConsents && (
        <p className="privacy-quiet">{t('privacy.patient-consents-newest', { count: shownConsents })}</p>
      )}
      <ConsentForm place={place} busy={busy} ask={ask} />
    </section>
  );
}
