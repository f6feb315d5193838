import type { BedClass } from '#domain/measures/tally.ts';
import './glyph.css';

/** What a glyph can say of a bed: what it counts as, or that precautions apply. */
export type GlyphKind = BedClass | 'isolated';

interface Shape {
  /** Table 0116 where it has a letter; R (reserved) is FHIR's, because the table has none for a held bed. */
  readonly code: string;
  readonly path: string;
  readonly filled: boolean;
}

const shapes: Readonly<Record<GlyphKind, Shape>> = {
  free: { code: 'U', filled: false, path: 'M16 2.5a13.5 13.5 0 1 0 0 27a13.5 13.5 0 1 0 0-27z' },
  claimed: { code: 'R', filled: false, path: 'M3 4h19l8 12l-8 12H3z' },
  occupied: {
    code: 'O',
    filled: true,
    path: 'M5 2.5h22a2.5 2.5 0 0 1 2.5 2.5v22a2.5 2.5 0 0 1-2.5 2.5H5A2.5 2.5 0 0 1 2.5 27V5A2.5 2.5 0 0 1 5 2.5z',
  },
  cleaning: { code: 'H', filled: false, path: 'M16 1.5L30.5 16L16 30.5L1.5 16z' },
  contaminated: { code: 'K', filled: true, path: 'M9 2.5h14l7.5 13.5L23 29.5H9L1.5 16z' },
  closed: { code: 'C', filled: false, path: 'M2 3h28M2 29h28M5 3v26M27 3v26' },
  isolated: { code: 'I', filled: false, path: 'M16 2l12 4v10c0 7-5 11.500-12 14c-7-2.500-12-7-12-14V6z' },
};

/** The letter that stands for what a glyph says. */
export function codeOf(kind: GlyphKind): string {
  return shapes[kind].code;
}

/** A state as shape, colour and letter at once. The words stand beside it, so to a screen reader it is nothing. */
export function Glyph({ kind }: { kind: GlyphKind }) {
  const { code, path, filled } = shapes[kind];
  return (
    <svg className={`glyph glyph-${kind}`} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d={path} className={filled ? 'glyph-filled' : 'glyph-line'} />
      <text x="16" y="16" className={filled ? 'glyph-knockout' : 'glyph-letter'}>
        {code}
      </text>
    </svg>
  );
}

/** Somebody must act; an outline once somebody has taken it up. */
export function AlertGlyph({ taken = false }: { taken?: boolean }) {
  return (
    <svg
      className={taken ? 'glyph glyph-alert-taken' : 'glyph glyph-alert'}
      viewBox="0 0 32 32"
      aria-hidden="true"
      focusable="false"
    >
      <path d="M16 2L31 29H1z" className="glyph-filled" />
      <path d="M16 11v9M16 23.500v2" className="glyph-mark" />
    </svg>
  );
}

/** A clock: the value beside it is past its limit. */
export function ClockGlyph() {
  return (
    <svg className="glyph glyph-clock" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M16 3a13 13 0 1 0 0 26a13 13 0 1 0 0-26zM16 8.500V16l5.500 4" className="glyph-line" />
    </svg>
  );
}

/** A door that stands open: whoever has the bed is away for a while. */
export function AwayGlyph() {
  return (
    <svg className="glyph glyph-away" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M6 29V3h12v26M3 29h26M18 6l8-3v26l-8-3" className="glyph-line" />
    </svg>
  );
}

/** An hourglass: asked of the server, and not yet answered. */
export function PendingGlyph() {
  return (
    <svg className="glyph glyph-pending" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M7 3h18M7 29h18M9 3c0 8 14 10 14 26M23 3c0 8-14 10-14 26" className="glyph-line" />
    </svg>
  );
}
