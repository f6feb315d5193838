import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import { AskedNotice } from '../ui/asked-notice.tsx';
import type { Asked } from '../ui/use-ask.ts';

/** What came of the last that was asked for. */
export function Answer({ asked }: { asked: Asked | undefined }) {
  const t = useText();
  return <AskedNotice asked={asked} asking={t('privacy.asking')} why={(refusal) => t(refusalKey(refusal))} />;
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
