import { type FormEvent, useEffect, useRef } from 'react';
import { cancellationReasonSchema } from '#domain/appointments/schema.ts';
import { useText } from '../language/language.tsx';
import { Choice, Field } from '../ui/field.tsx';

/** Why an appointment will not take place. */
export function CancelForm({
  pending,
  possible,
  onSubmit,
  onCancel,
}: {
  pending: boolean;
  possible: boolean;
  onSubmit: (data: Record<string, unknown>) => void;
  onCancel: () => void;
}) {
  const t = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const name = t('appointments.action.appointment.cancel');
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const note = fields.get('note');
    const words = typeof note === 'string' ? note.trim() : '';
    onSubmit({ reason: fields.get('reason'), ...(words === '' ? {} : { note: words }) });
  };
  return (
    <form className="action-form" onSubmit={submit}>
      <h3 ref={heading} tabIndex={-1}>
        {name}
      </h3>
      <fieldset className="action-fields" disabled={pending}>
        <legend className="unseen">{name}</legend>
        <Choice
          label={t('appointments.why')}
          name="reason"
          initial="pat"
          options={cancellationReasonSchema.options.map((value) => ({
            value,
            label: t(`appointments.reason.${value}`),
          }))}
        />
        <Field label={t('appointments.note')}>
          {(control) => <textarea {...control} name="note" rows={2} maxLength={200} />}
        </Field>
      </fieldset>
      <div className="action-buttons">
        <button type="submit" className="primary" disabled={pending || !possible}>
          {name}
        </button>
        <button type="button" onClick={onCancel} disabled={pending}>
          {t('appointments.back')}
        </button>
      </div>
    </form>
  );
}
