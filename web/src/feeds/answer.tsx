import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import { AskedNotice } from '../ui/asked-notice.tsx';
import type { Asked } from '../ui/use-ask.ts';

/** What came of the last that was asked for. */
export function Answer({ asked }: { asked: Asked | undefined }) {
  const t = useText();
  return <AskedNotice asked={asked} asking={t('feeds.asking')} why={(refusal) => t(refusalKey(refusal))} />;
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
