import { type FormEvent, useState } from 'react';
import { currentTexts, type Purpose, purposes } from '#domain/privacy/schema.ts';
import { useText } from '../language/language.tsx';
import type { useAsk } from '../ui/use-ask.ts';
import { ChoiceField } from './choice-field.tsx';
import { PatientFields } from './patient-fields.tsx';

const acts = ['give', 'withdraw'] as const;

/**
 * Writes down what a patient without an account says to a purpose, at a place where whoever writes works. The text they
 * are asked to agree to is shown: it is what is read to them.
 */
export function ConsentForm({
  place,
  busy,
  ask,
}: {
  place: string;
  busy: boolean;
  ask: ReturnType<typeof useAsk>['ask'];
}) {
  const t = useText();
  const [act, setAct] = useState<(typeof acts)[number]>('give');
  const [purpose, setPurpose] = useState<Purpose>('reminders');
  const [patient, setPatient] = useState({ facility: '', mrn: '' });
  const text = currentTexts[purpose];
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const about = { kind: 'patient', ...patient };
    const done =
      act === 'give'
        ? await ask('consent.give-for', { place, about, purpose, text }, t('privacy.done-given-for'))
        : await ask('consent.withdraw-for', { place, about, purpose }, t('privacy.done-withdrawn-for'));
    if (done) setPatient({ ...patient, mrn: '' });
  };
  return (
    <form className="privacy-form" onSubmit={(event) => void submit(event)}>
      <h3>{t('privacy.consent-for-patient')}</h3>
      <ChoiceField
        label={t('privacy.consent-purpose')}
        choices={purposes}
        chosen={purpose}
        nameOf={(one) => t(`privacy.purpose-${one}`)}
        onChoose={setPurpose}
      />
      <ChoiceField
        label={t('privacy.consent-answer')}
        choices={acts}
        chosen={act}
        nameOf={(one) => t(`privacy.act-${one}`)}
        onChoose={setAct}
      />
      <PatientFields patient={patient} onChange={setPatient} />
      <blockquote className="privacy-read">
        <p>{t(`privacy.text-${purpose}`)}</p>
        <footer className="privacy-quiet">{t('privacy.text-number', { text })}</footer>
      </blockquote>
      <button type="submit" className="primary" disabled={busy}>
        {t('privacy.write-consent')}
      </button>
    </form>
  );
}
