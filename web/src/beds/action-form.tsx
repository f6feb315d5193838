import { type FormEvent, useEffect, useRef } from 'react';
import type { Bed } from '#domain/beds/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { ActionFields } from './action-fields.tsx';
import type { Attempt } from './attempts.ts';
import type { Entered } from './command-data.ts';
import type { BedAction } from './possible-actions.ts';
import { whatChanged } from './what-changed.ts';
import { actionName, changeText } from './words.ts';

/** Whether an action needs to be told something before it can be asked for. */
export function hasForm({ type }: BedAction): boolean {
  return !['bed.release', 'bed.open', 'bed.end-isolation', 'bed.advance-turnaround'].includes(type);
}

interface ActionFormProps {
  readonly action: BedAction;
  readonly before: Bed;
  readonly bed: Bed;
  readonly attempt: Attempt | undefined;
  readonly possible: boolean;
  readonly times: Times;
  readonly now: number;
  readonly onSubmit: (entered: Entered) => void;
  readonly onCancel: () => void;
}

/** What an action needs to know. It stays, with all that was written, until the server has accepted it or the person leaves. */
export function ActionForm({
  action,
  before,
  bed,
  attempt,
  possible,
  times,
  now,
  onSubmit,
  onCancel,
}: ActionFormProps) {
  const t = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  const changes = whatChanged(before, bed);
  const pending = attempt?.status === 'pending';
  const issues = attempt?.status === 'refused' ? (attempt.refusal.issues ?? []) : [];
  useEffect(() => heading.current?.focus(), []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    onSubmit((name) => {
      const value = fields.get(name);
      return typeof value === 'string' ? value : '';
    });
  };
  return (
    <form className="action-form" onSubmit={submit}>
      <h3 ref={heading} tabIndex={-1}>
        {actionName(t, action)}
      </h3>
      {changes.length > 0 && attempt === undefined && (
        <div className="note note-changed" role="status">
          <p>{t('refused.changed-meanwhile')}</p>
          <ul>
            {changes.map((change) => (
              <li key={change.kind}>{changeText(t, change, times, now)}</li>
            ))}
          </ul>
          {!possible && <p>{t('refused.impossible')}</p>}
        </div>
      )}
      <fieldset className="action-fields" disabled={pending}>
        <legend className="unseen">{actionName(t, action)}</legend>
        <ActionFields action={action} issues={issues} zone={times.zone} now={now} />
      </fieldset>
      <div className="action-buttons">
        <button type="submit" className="primary" disabled={pending || !possible}>
          {actionName(t, action)}
        </button>
        <button type="button" onClick={onCancel} disabled={pending}>
          {t('app.cancel')}
        </button>
      </div>
    </form>
  );
}
