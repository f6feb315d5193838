import { useText } from '../language/language.tsx';
import type { Receipt } from './thread-items.ts';

const paths = {
  sent: 'M6 17l6 6L26 8',
  delivered: 'M2 17l6 6L20 9M13 21l3 2L30 9',
  read: 'M2 17l6 6L20 9M13 21l3 2L30 9',
} as const;

/**
 * How far one's message has come: one tick, two, two filled in. The words are there for everybody under the last one, and
 * under the others for whoever cannot see the ticks.
 */
export function Ticks({ receipt, words }: { receipt: Receipt; words: boolean }) {
  const t = useText();
  const { status, count, all } = receipt;
  const text =
    status === 'sent' || count === all
      ? t(`messages.receipt-${status}`)
      : t(`messages.receipt-${status}-some`, { count, all });
  return (
    <p className={`ticks ticks-${status}`}>
      <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <path d={paths[status]} />
      </svg>
      <span className={words ? undefined : 'unseen'}>{text}</span>
    </p>
  );
}
