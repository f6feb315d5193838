import { precautionSchema, prioritySchema } from '#domain/beds/schema.ts';
import { useText } from '../language/language.tsx';
import { localInZone } from '../language/zone.ts';
import type { Issue } from '../live/live.ts';
import { Choice, Field } from '../ui/field.tsx';
import type { BedAction } from './possible-actions.ts';

const claimMinutes = [30, 60, 120, 240] as const;

interface ActionFieldsProps {
  readonly action: BedAction;
  readonly issues: readonly Issue[];
  readonly zone: string;
  readonly now: number;
}

/** The fields of each action. Each starts from what is most often meant. */
export function ActionFields({ action, issues, zone, now }: ActionFieldsProps) {
  const t = useText();
  // What is wrong is said by the server in English for those who program; here only where it is.
  const fault = (name: string) =>
    issues.some(({ path }) => path.startsWith(`data.${name}`)) ? t('form.invalid') : undefined;
  switch (action.type) {
    case 'bed.claim':
      return (
        <>
          <Choice
            label={t('form.minutes')}
            name="minutes"
            initial="120"
            options={claimMinutes.map((minutes) => ({
              value: String(minutes),
              label:
                minutes < 60
                  ? t('form.minutes-value', { count: minutes })
                  : t('form.hours-value', { count: minutes / 60 }),
            }))}
          />
          <Field label={t('form.visit')} error={fault('visit')}>
            {(control) => <input {...control} name="visit" maxLength={64} autoComplete="off" />}
          </Field>
        </>
      );
    case 'bed.occupy':
      return <OccupyFields heldFor={action.heldFor} fault={fault} now={now} zone={zone} />;
    case 'bed.vacate':
      return (
        <>
          <Choice
            label={t('form.leaves')}
            name="leaves"
            initial="H"
            options={(['H', 'K'] as const).map((value) => ({ value, label: t(`form.leaves-${value}`) }))}
          />
          <PriorityField />
        </>
      );
    case 'bed.request-turnaround':
      return (
        <>
          <Choice
            label={t('form.task')}
            name="kind"
            initial={action.kinds[0]}
            options={action.kinds.map((value) => ({ value, label: t(`task.${value}`) }))}
          />
          <PriorityField />
        </>
      );
    case 'bed.close': {
      const soon = localInZone(now + 60_000, zone);
      const endFault = issues.some(({ path }) => path === 'data.expectedEnd')
        ? t('form.expected-end-past')
        : undefined;
      const reasonFault = issues.some(({ path }) => path === 'data.reason')
        ? t('form.reason-missing')
        : undefined;
      return (
        <>
          <Field label={t('form.reason')} error={reasonFault}>
            {(control) => <textarea {...control} name="reason" rows={3} maxLength={200} required />}
          </Field>
          <Field label={t('form.expected-end', { zone })} error={endFault}>
            {(control) => <input {...control} name="expectedEnd" type="datetime-local" min={soon} />}
          </Field>
        </>
      );
    }
    case 'bed.isolate':
      return (
        <Choice
          label={t('form.precaution')}
          name="precaution"
          initial="contact"
          options={precautionSchema.options.map((value) => ({ value, label: t(`precaution.${value}`) }))}
        />
      );
    default:
      return null;
  }
}

function PriorityField() {
  const t = useText();
  return (
    <Choice
      label={t('form.priority')}
      name="priority"
      initial="routine"
      options={prioritySchema.options.map((value) => ({ value, label: t(`priority.${value}`) }))}
    />
  );
}

function OccupyFields({
  heldFor,
  fault,
  now,
  zone,
}: {
  heldFor: string | undefined;
  fault: (name: string) => string | undefined;
  now: number;
  zone: string;
}) {
  const t = useText();
  return (
    <>
      <Field label={t('form.visit')} error={fault('visit')}>
        {(control) => (
          <input {...control} name="visit" maxLength={64} autoComplete="off" defaultValue={heldFor} />
        )}
      </Field>
      <details className="patient-fields">
        <summary>{t('form.patient')}</summary>
        <Field label={t('form.family')} error={fault('patient.family')}>
          {(control) => <input {...control} name="family" maxLength={120} autoComplete="off" />}
        </Field>
        <Field label={t('form.given')} error={fault('patient.given')}>
          {(control) => <input {...control} name="given" maxLength={120} autoComplete="off" />}
        </Field>
        <Field label={t('form.mrn')} error={fault('patient.mrn')}>
          {(control) => <input {...control} name="mrn" maxLength={64} autoComplete="off" />}
        </Field>
        <Field label={t('form.birth')} error={fault('patient.birthDate')}>
          {(control) => (
            <input {...control} name="birthDate" type="date" max={localInZone(now, zone).slice(0, 10)} />
          )}
        </Field>
      </details>
    </>
  );
}
