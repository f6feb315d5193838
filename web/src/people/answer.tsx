import type { Refusal } from '#domain/errors.ts';
import type { Asked } from '../feeds/use-ask.ts';
import { useText } from '../language/language.tsx';

/** What came of the last that was asked for. */
export function Answer({ asked }: { asked: Asked | undefined }) {
  const t = useText();
  if (asked === undefined) return null;
  if (asked.status === 'asking') return <p className="people-note">{t('people.asking')}</p>;
  if (asked.status === 'done') return <p className="people-note">{asked.text}</p>;
  return (
    <p className="people-note people-note-refused" role="alert">
      {t(refusalKey(asked.refusal))}
    </p>
  );
}

function refusalKey({ code }: Refusal) {
  switch (code) {
    case 'conflict':
      return 'people.refused-conflict';
    case 'forbidden':
      return 'people.refused-forbidden';
    case 'not_found':
      return 'people.refused-not-found';
    case 'step_up':
      return 'people.refused-step-up';
    case 'invalid':
      return 'people.refused-invalid';
    default:
      return 'people.refused-other';
  }
}
