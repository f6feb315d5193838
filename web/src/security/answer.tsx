import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import { AskedNotice } from '../ui/asked-notice.tsx';
import type { Asked } from '../ui/use-ask.ts';

/** What came of the last that was asked for. */
export function Answer({ asked }: { asked: Asked | undefined }) {
  const t = useText();
  return (
    <AskedNotice asked={asked} asking={t('security.asking')} why={(refusal) => t(refusalKey(refusal))} />
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
