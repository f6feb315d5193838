import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import { AskedNotice } from '../ui/asked-notice.tsx';
import type { Asked } from '../ui/use-ask.ts';

/** What came of the last that was asked for. */
export function Answer({ asked }: { asked: Asked | undefined }) {
  const t = useText();
  return <AskedNotice asked={asked} asking={t('people.asking')} why={(refusal) => t(refusalKey(refusal))} />;
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
