import type { Refusal } from '#domain/errors.ts';
import { Notice } from './notice.tsx';
import type { Asked } from './use-ask.ts';

interface AskedNoticeProps {
  readonly asked: Asked | undefined;
  /** What is said while the answer is awaited. */
  readonly asking: string;
  /** Why it was refused, in the page's own words. */
  readonly why: (refusal: Refusal) => string;
}

/** What came of the last that was asked for. */
export function AskedNotice({ asked, asking, why }: AskedNoticeProps) {
  if (asked === undefined) return null;
  if (asked.status === 'refused') return <Notice refused>{why(asked.refusal)}</Notice>;
  return <Notice>{asked.status === 'asking' ? asking : asked.text}</Notice>;
}
