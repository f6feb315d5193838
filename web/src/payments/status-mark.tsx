import type { PaymentStatus } from '#domain/payments/gateway-event.ts';
import { useText } from '../language/language.tsx';
import '../ui/glyph.css';

interface Shape {
  readonly code: string;
  readonly path: string;
  readonly filled: boolean;
}

const circle = 'M16 2.5a13.5 13.5 0 1 0 0 27a13.5 13.5 0 1 0 0-27z';
const square =
  'M5 2.5h22a2.5 2.5 0 0 1 2.5 2.5v22a2.5 2.5 0 0 1-2.5 2.5H5A2.5 2.5 0 0 1 2.5 27V5A2.5 2.5 0 0 1 5 2.5z';
const shapes: Readonly<Record<PaymentStatus, Shape>> = {
  initiated: { code: 'B', filled: false, path: circle },
  authorized: { code: 'A', filled: false, path: 'M3 4h19l8 12l-8 12H3z' },
  captured: { code: 'T', filled: false, path: square },
  settled: { code: 'S', filled: true, path: square },
  partially_refunded: { code: 'P', filled: false, path: 'M29 4H10L2 16l8 12h19z' },
  refunded: { code: 'R', filled: true, path: 'M29 4H10L2 16l8 12h19z' },
  disputed: { code: 'D', filled: true, path: 'M16 1.5L30.5 16L16 30.5L1.5 16z' },
  failed: { code: 'F', filled: false, path: 'M9 2.500h14l7.500 13.500L23 29.500H9L1.500 16z' },
  cancelled: { code: 'X', filled: false, path: 'M2 3h28M2 29h28M5 3v26M27 3v26' },
};

/** A payment's state as shape, colour, letter and words. */
export function StatusMark({ status }: { status: PaymentStatus }) {
  const t = useText();
  const { code, path, filled } = shapes[status];
  return (
    <span className={`pay-status pay-status-${status}`}>
      <svg className="glyph" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <path d={path} className={filled ? 'glyph-filled' : 'glyph-line'} />
        <text x="16" y="16" className={filled ? 'glyph-knockout' : 'glyph-letter'}>
          {code}
        </text>
      </svg>
      <span>{t(`payments.state-${status}`)}</span>
    </span>
  );
}
