import { useText } from '../language/language.tsx';
import { Field } from '../ui/field.tsx';

/** A patient as a facility knows them: who gave the number, and the number. */
export interface NumberedPatient {
  readonly facility: string;
  readonly mrn: string;
}

/** Asks for a patient by a number that a facility or system gave them. */
export function PatientFields({
  patient,
  onChange,
}: {
  patient: NumberedPatient;
  onChange: (patient: NumberedPatient) => void;
}) {
  const t = useText();
  return (
    <>
      <Field label={t('privacy.facility')}>
        {(control) => (
          <input
            {...control}
            required
            maxLength={80}
            value={patient.facility}
            onChange={(event) => onChange({ ...patient, facility: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('privacy.mrn')}>
        {(control) => (
          <input
            {...control}
            required
            maxLength={80}
            autoComplete="off"
            value={patient.mrn}
            onChange={(event) => onChange({ ...patient, mrn: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}
