import type { Refusal } from '#domain/errors.ts';
import type { Asked } from '../feeds/use-ask.ts';
import { useText } from '../language/language.tsx';

/** What came of the last that was asked for. */
export function Answer({ asked }: { asked: Asked | undefined }) {
  const t = useText();
  if (asked === undefined) return null;
  if (asked.status === 'asking') return <p className="walls-note">{t('walls.asking')}</p>;
  if (asked.status === 'done') return <p className="walls-note">{asked.text}</p>;
  return (
    <p className="walls-note walls-refused" role="alert">
      {t(refusalKey(asked.refusal))}
    </p>
  );
}

function refusalKey({ code }: Refusal) {
  switch (code) {
    case 'not_found':
    case 'forbidden':
    case 'rate_limited':
    case 'gone':
      return `walls.refused-${code}` as const;
    default:
      return 'walls.refused-other';
  }
}
