import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import type { Asked } from './use-ask.ts';

/** What came of the last that was asked for. */
export function Answer({ asked }: { asked: Asked | undefined }) {
  const t = useText();
  if (asked === undefined) return null;
  if (asked.status === 'refused')
    return (
      <p className="privacy-note privacy-refused" role="alert">
        {t(refusalKey(asked.refusal))}
      </p>
    );
  return <p className="privacy-note">{asked.status === 'asking' ? t('privacy.asking') : asked.text}</p>;
}

function refusalKey({ code, issues }: Refusal) {
  switch (code) {
    case 'step_up':
      return 'privacy.refused-step-up';
    case 'conflict':
      if (issues?.some(({ path }) => path === 'data.request')) return 'privacy.refused-held';
      return issues?.some(({ path }) => path === 'data.purpose')
        ? 'privacy.refused-no-consent'
        : 'privacy.refused-conflict';
    case 'forbidden':
      return 'privacy.refused-forbidden';
    case 'not_found':
      return 'privacy.refused-not-found';
    case 'invalid':
      return 'privacy.refused-invalid';
    default:
      return 'privacy.refused-other';
  }
}
