import type { ShownState } from '#domain/network/shown.ts';
import { useText } from '../language/language.tsx';
import './level-state.css';

/** Full disc, half disc, crossed disc, broken ring: told apart without colour, and in print. */
const shapes: Readonly<Record<ShownState, { ring: string; inside: string }>> = {
  available: { ring: 'level-ring level-filled', inside: 'M10 16.5l4.500 4.500 8-9.500' },
  limited: { ring: 'level-ring', inside: 'M16 3a13 13 0 0 1 0 26z' },
  full: { ring: 'level-ring', inside: 'M7 7l18 18M25 7L7 25' },
  unknown: {
    ring: 'level-ring level-broken',
    inside: 'M12 12.500a4 4 0 1 1 5.500 3.700c-1 .500-1.500 1.200-1.500 2.300v.500M16 23.200v.600',
  },
};

/** What can be had at a level of care as a shape and a colour; the word stands beside it, or is read to those who listen. */
export function LevelGlyph({ state, spoken = false }: { state: ShownState; spoken?: boolean }) {
  const t = useText();
  const { ring, inside } = shapes[state];
  return (
    <>
      <svg
        className={`glyph level-glyph level-${state}`}
        viewBox="0 0 32 32"
        aria-hidden="true"
        focusable="false"
      >
        <circle cx="16" cy="16" r="13" className={ring} />
        <path d={inside} className={`level-inside-${state}`} />
      </svg>
      {spoken && <span className="unseen">{t(`shown.${state}`)}</span>}
    </>
  );
}
