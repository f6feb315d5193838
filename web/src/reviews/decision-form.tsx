import { type FormEvent, useState } from 'react';
import { reviewTransitions } from '#domain/emergency/review-states.ts';
import { explanationSchema, type Review } from '#domain/emergency/schema.ts';
import { useText } from '../language/language.tsx';
import { Field } from '../ui/field.tsx';
import type { Ask } from '../ui/use-ask.ts';

/** What somebody decides about an access, and why. Only what can come next is offered. */
export function DecisionForm({ review, busy, ask }: { review: Review; busy: boolean; ask: Ask }) {
  const t = useText();
  const possible = reviewTransitions[review.status];
  const [to, setTo] = useState(possible.length === 1 ? possible[0] : undefined);
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const short = explanationSchema.safeParse(note).success ? undefined : t('reviews.note-short');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (to === undefined || short !== undefined) return;
    if (to === 'closed') {
      void ask('review.close', { review: review.id, note }, t('reviews.closed'), review.version);
      return;
    }
    const done = t('reviews.decided', { decision: t(`reviews.status.${to}`) });
    void ask('review.decide', { review: review.id, decision: to, note }, done, review.version);
  };
  return (
    <form className="review-section" noValidate onSubmit={submit}>
      <fieldset className="options">
        <legend>{t('reviews.decide')}</legend>
        {possible.map((status) => (
          <label key={status} className="option">
            <input type="radio" name="decision" checked={to === status} onChange={() => setTo(status)} />
            <span>{status === 'closed' ? t('reviews.close') : t(`reviews.status.${status}`)}</span>
          </label>
        ))}
      </fieldset>
      {tried && to === undefined && (
        <p className="field-error" role="alert">
          {t('reviews.choose')}
        </p>
      )}
      <Field label={t('reviews.note')} error={tried ? short : undefined}>
        {(control) => (
          <textarea
            {...control}
            rows={3}
            maxLength={500}
            value={note}
            disabled={busy}
            onChange={({ target }) => setNote(target.value)}
          />
        )}
      </Field>
      <button type="submit" className="primary" disabled={busy}>
        {to === 'closed' ? t('reviews.close') : t('reviews.save')}
      </button>
    </form>
  );
}
