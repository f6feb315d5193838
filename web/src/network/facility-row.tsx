import { Link } from '@tanstack/react-router';
import { millis } from '#domain/instant.ts';
import { bedTotal } from '#domain/network/network.ts';
import type { AttestedLevel } from '#domain/network/schema.ts';
import { shownAs } from '#domain/network/shown.ts';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { Glyph } from '../ui/glyph.tsx';
import { sourceName } from '../ui/source-name.ts';
import { shareText } from '../unit/share.ts';
import type { AttestingFacility } from './attesting-facilities.ts';
import { LevelGlyph } from './level-state.tsx';
import type { ShownFacility } from './network-reading.ts';

interface RowProps {
  readonly facility: ShownFacility;
  readonly place: AttestingFacility | undefined;
  readonly levels: readonly AttestedLevel[];
  readonly mayUpdate: boolean;
  readonly now: number;
  /** The moment by which counts are judged; later than now where the whole is stale. */
  readonly at: number;
}

/** One facility: what people attested, level by level, and its live beds where it has them. */
export function FacilityRow({ facility, place, levels, mayUpdate, now, at }: RowProps) {
  const t = useText();
  const units = Object.values(facility.units);
  return (
    <li className="net-facility" data-testid={`facility-${facility.id}`}>
      <header className="net-facility-head">
        <h3>
          {place?.hasUnits === true ? (
            <Link
              to="/wall/$facility"
              params={{ facility: facility.id }}
              aria-label={t('network.open-wall', { facility: facility.name })}
            >
              {facility.name}
            </Link>
          ) : (
            facility.name
          )}
        </h3>
        {mayUpdate && (
          <Link
            to="/facilities/$facility/update"
            params={{ facility: facility.id }}
            className="button net-update"
            aria-label={t('network.update-named', { facility: facility.name })}
          >
            {t('network.update')}
          </Link>
        )}
      </header>
      <ul className="net-levels">
        {units.length > 0 && <LiveBeds facility={facility} zone={place?.zone} at={at} />}
        {levels.map((level) => (
          <LevelCount key={level.level} level={level} zone={place?.zone} now={now} at={at} />
        ))}
      </ul>
    </li>
  );
}

function LevelCount({
  level,
  zone,
  now,
  at,
}: {
  level: AttestedLevel;
  zone: string | undefined;
  now: number;
  at: number;
}) {
  const t = useText();
  const times = useTimes(zone);
  const state = shownAs(level, at);
  const source = sourceName(t, level.source);
  const age = times.length(now - millis(level.asOf));
  return (
    <li
      className={state === 'unknown' ? 'net-level net-level-unknown' : 'net-level'}
      data-testid={`level-${level.level}`}
    >
      <LevelGlyph state={state} />
      <span className="net-level-name">{t(`level.${level.level}`)}</span>
      <abbr className="net-level-code" title={t(`level.${level.level}`)}>
        {t(`level-code.${level.level}`)}
      </abbr>
      <span className="net-level-count">
        <b>{level.available ?? '–'}</b>
        <span aria-hidden="true">/{level.capacity}</span>
        <span className="unseen">{t('network.of', { beds: level.capacity })}</span>
      </span>
      <span className="net-level-state">{t(`shown.${state}`)}</span>
      <span className="net-level-age">
        {age === undefined ? t('network.counted-now', { source }) : t('network.counted', { age, source })}
        {' · '}
        {state === 'unknown' && millis(level.validUntil) <= now
          ? t('network.ran-out', { time: times.moment(level.validUntil, now) })
          : t('network.valid-until', { time: times.moment(level.validUntil, now) })}
      </span>
    </li>
  );
}

function LiveBeds({ facility, zone, at }: { facility: ShownFacility; zone: string | undefined; at: number }) {
  const t = useText();
  const times = useTimes(zone);
  const { known, unknownBeds, occupancy } = bedTotal(Object.values(facility.units), at);
  const stale = known.beds === 0 && unknownBeds > 0;
  return (
    <li className={stale ? 'net-level net-level-unknown' : 'net-level'} data-testid="live-beds">
      <Glyph kind="free" />
      <span className="net-level-name">{t('network.live')}</span>
      <span className="net-level-count">
        <b>{known.free}</b>
        <span aria-hidden="true">/{known.beds - known.closed}</span>
        <span className="unseen">{t('network.of', { beds: known.beds - known.closed })}</span>
      </span>
      <span className="net-level-state">
        {unknownBeds === 0 ? shareText(t, times, occupancy) : t('network.unknown', { beds: unknownBeds })}
      </span>
      <span className="net-level-age">
        {t('network.live-of', { occupied: known.occupied, staffed: known.beds - known.closed })}
        {facility.turnaround !== undefined &&
          ` · ${t('network.turnaround')} ${times.minutes(facility.turnaround.medianMs)}`}
      </span>
    </li>
  );
}
