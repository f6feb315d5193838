import type { IncidentStatus } from '#domain/security/incident-states.ts';
import { useText } from '../language/language.tsx';
import '../ui/glyph.css';

const shapes: Readonly<Record<IncidentStatus, { code: string; path: string; filled: boolean }>> = {
  open: { code: '!', filled: true, path: 'M16 1.5L30.5 16L16 30.5L1.5 16z' },
  investigating: { code: 'L', filled: false, path: 'M3 4h19l8 12l-8 12H3z' },
  contained: {
    code: 'C',
    filled: false,
    path: 'M5 2.5h22a2.5 2.5 0 0 1 2.5 2.5v22a2.5 2.5 0 0 1-2.5 2.5H5A2.5 2.5 0 0 1 2.5 27V5A2.5 2.5 0 0 1 5 2.5z',
  },
  closed: { code: 'X', filled: false, path: 'M2 3h28M2 29h28M5 3v26M27 3v26' },
};

/** How far an incident is, as shape, colour, letter and words. */
export function IncidentMark({ status }: { status: IncidentStatus }) {
  const t = useText();
  const { code, path, filled } = shapes[status];
  return (
    <span className={`security-state security-state-${status}`}>
      <svg className="glyph" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <path d={path} className={filled ? 'glyph-filled' : 'glyph-line'} />
        <text x="16" y="16" className={filled ? 'glyph-knockout' : 'glyph-letter'}>
          {code}
        </text>
      </svg>
      <span>{t(`security.state-${status}`)}</span>
    </span>
  );
}
