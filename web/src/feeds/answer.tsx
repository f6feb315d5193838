import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import type { Asked } from './use-ask.ts';

/** What came of the last that was asked for. */
export function Answer({ asked }: { asked: Asked | undefined }) {
  const t = useText();
  if (asked === undefined) return null;
  if (asked.status === 'asking') return <p className="feeds-note">{t('feeds.asking')}</p>;
  if (asked.status === 'done') return <p className="feeds-note">{asked.text}</p>;
  return (
    <p className="feeds-note feeds-note-refused" role="alert">
      {t(refusalKey(asked.refusal))}
    </p>
  );
}

/** Why something was not done, as a person reads it. */
export function refusalKey({ code }: Refusal) {
  switch (code) {
    case 'conflict':
      return 'feeds.refused-conflict';
    case 'forbidden':
    case 'step_up':
    case 'not_found':
      return 'feeds.refused-forbidden';
    case 'gone':
      return 'feeds.refused-gone';
    case 'invalid':
      return 'feeds.refused-invalid';
    default:
      return 'feeds.refused-other';
  }
}
