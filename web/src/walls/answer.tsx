import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import { AskedNotice } from '../ui/asked-notice.tsx';
import type { Asked } from '../ui/use-ask.ts';

/** What came of the last that was asked for. */
export function Answer({ asked }: { asked: Asked | undefined }) {
  const t = useText();
  return <AskedNotice asked={asked} asking={t('walls.asking')} why={(refusal) => t(refusalKey(refusal))} />;
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
