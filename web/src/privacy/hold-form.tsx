import { type FormEvent, useState } from 'react';
import { v7 as uuidv7 } from 'uuid';
import { useText } from '../language/language.tsx';
import type { useAsk } from '../ui/use-ask.ts';
import { ChoiceField } from './choice-field.tsx';
import { PatientFields } from './patient-fields.tsx';

const acts = ['export', 'erasure', 'hold'] as const;

/** Writes down what was asked for a patient on paper or by telephone, and holds: by the number a facility gave. */
export function HoldForm({ busy, ask }: { busy: boolean; ask: ReturnType<typeof useAsk>['ask'] }) {
  const t = useText();
  const [act, setAct] = useState<(typeof acts)[number]>('export');
  const [patient, setPatient] = useState({ facility: '', mrn: '' });
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const about = { kind: 'patient', ...patient };
    const done =
      act === 'hold'
        ? await ask('hold.place', { hold: uuidv7(), about, reason: 'legal-dispute' }, t('privacy.done-held'))
        : await ask('privacy.ask-for', { request: uuidv7(), kind: act, about }, t(`privacy.done-${act}`));
    if (done) setPatient({ ...patient, mrn: '' });
  };
  return (
    <form className="privacy-form" onSubmit={(event) => void submit(event)}>
      <h3>{t('privacy.for-patient')}</h3>
      <ChoiceField
        label={t('privacy.what')}
        choices={acts}
        chosen={act}
        nameOf={(one) => t(`privacy.act-${one}`)}
        onChoose={setAct}
      />
      <PatientFields patient={patient} onChange={setPatient} />
      <button type="submit" className="primary" disabled={busy}>
        {t('privacy.write-down')}
      </button>
    </form>
  );
}
