import { millis } from '#domain/instant.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { ClockGlyph } from '../ui/glyph.tsx';
import './freshness.css';
import type { UnitSummary } from './unit-summary.ts';

type Shown = Extract<UnitSummary, { status: 'shown' }>;

/** The age of what is past its limit. What is fresh has no mark: no change and no contact never look alike. */
export function FreshnessMark({ unit, times, now }: { unit: Shown; times: Times; now: number }) {
  const t = useText();
  if (unit.freshness === 'fresh') return null;
  const { silentFeed } = unit;
  const at = silentFeed?.since ?? (unit.silent ? unit.said?.at : unit.confirmedAt);
  const age = at === undefined ? undefined : (times.length(now - millis(at)) ?? t('age.now'));
  const words = () => {
    if (age === undefined) return t('age.never');
    if (silentFeed !== undefined)
      return unit.freshness === 'stale'
        ? t('age.feed-stale', { feed: silentFeed.name, age })
        : t('age.feed-silent', { feed: silentFeed.name, age });
    if (unit.silent) return t('age.silent', { age });
    return unit.freshness === 'stale' ? t('age.stale', { age }) : t('age.ageing', { age });
  };
  return (
    <span className={`freshness freshness-${unit.freshness}`}>
      <ClockGlyph />
      <span aria-hidden="true">{age ?? t('board.nothing')}</span>
      <span className="unseen">{words()}</span>
    </span>
  );
}
