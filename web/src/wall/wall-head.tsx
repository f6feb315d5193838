import type { Ref } from 'react';
import type { Total } from '#domain/measures/total.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import type { FacilityPlace, UnitPlace } from '../places/places.ts';
import { AlertGlyph, Glyph } from '../ui/glyph.tsx';
import { shareText } from '../unit/share.ts';
import type { UnitSummary } from '../unit/unit-summary.ts';
import { GlassName } from './glass-name.tsx';
import { WhyTotal } from './why.tsx';

interface WallHeadProps {
  readonly facility: FacilityPlace;
  readonly units: readonly { readonly place: UnitPlace; readonly unit: UnitSummary }[];
  readonly total: Total;
  readonly times: Times;
  readonly now: number;
  readonly heading: Ref<HTMLHeadingElement>;
}

/** The facility as a whole. A total over stale units is an interval, never a confident number. */
export function WallHead({ facility, units, total, times, now, heading }: WallHeadProps) {
  const t = useText();
  const open = units.reduce(
    (sum, { unit }) => sum + (unit.status === 'shown' ? (unit.alerts?.count ?? 0) : 0),
    0,
  );
  const share = shareText(t, times, total.occupancy);
  const unknown = unknownText();
  return (
    <header className="wall-head">
      <h1 ref={heading} tabIndex={-1}>
        {facility.name}
      </h1>
      <WhyTotal what={t('wall.occupancy')} units={units} times={times}>
        <Glyph kind="occupied" />
        <span className="total">{share}</span>
      </WhyTotal>
      <WhyTotal what={t('class.free')} units={units} times={times}>
        <Glyph kind="free" />
        <span className="total" data-testid="total-free">
          {total.known.free}
        </span>
        {unknown !== '' && <span className="total-unknown">{unknown}</span>}
      </WhyTotal>
      {open > 0 && (
        <p className="wall-alerts">
          <AlertGlyph />
          <span aria-hidden="true">{open}</span>
          <span className="unseen">{t('wall.alerts', { count: open })}</span>
        </p>
      )}
      <GlassName />
      <p className="wall-clock">{times.clock(now)}</p>
    </header>
  );

  function unknownText(): string {
    const beds = total.unknownBeds === 0 ? '' : t('wall.unknown', { count: total.unknownBeds });
    const unheard = total.unheardUnits === 0 ? '' : t('wall.unheard', { count: total.unheardUnits });
    return [beds, unheard].filter((text) => text !== '').join(' ');
  }
}
