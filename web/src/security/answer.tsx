import type { Refusal } from '#domain/errors.ts';
import type { Asked } from '../feeds/use-ask.ts';
import { useText } from '../language/language.tsx';

/** What came of the last that was asked for. */
export function Answer({ asked }: { asked: Asked | undefined }) {
  const t = useText();
  if (asked === undefined) return null;
  if (asked.status === 'asking') return <p className="security-note">{t('security.asking')}</p>;
  if (asked.status === 'done') return <p className="security-note">{asked.text}</p>;
  return (
    <p className="security-note security-note-refused" role="alert">
      {t(refusalKey(asked.refusal))}
    </p>
  );
}

function refusalKey({ code }: Refusal) {
  switch (code) {
    case 'conflict':
      return 'security.refused-conflict';
    case 'forbidden':
    case 'step_up':
    case 'not_found':
      return 'security.refused-forbidden';
    case 'invalid':
      return 'security.refused-invalid';
    default:
      return 'security.refused-other';
  }
}
