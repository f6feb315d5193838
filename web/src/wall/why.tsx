import type { ReactNode } from 'react';
import { confirmationLimitMs, silenceLimitMs } from '#domain/measures/freshness.ts';
import { occupancyLimit } from '#domain/measures/occupancy.ts';
import { bedClasses } from '#domain/measures/tally.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import type { UnitPlace } from '../places/places.ts';
import { Glyph, type GlyphKind } from '../ui/glyph.tsx';
import { Popover } from '../ui/popover.tsx';
import { sourceName } from '../ui/source-name.ts';
import type { UnitSummary } from '../unit/unit-summary.ts';

type Shown = Extract<UnitSummary, { status: 'shown' }>;

/** The occupancy of a unit; one step away, why it is that number. */
export function WhyUnit({
  place,
  unit,
  times,
  now,
  full,
  children,
}: {
  place: UnitPlace;
  unit: Shown;
  times: Times;
  now: number;
  full: boolean;
  children: string;
}) {
  const t = useText();
  const { occupancy, alerts, confirmedAt, said, silentFeed } = unit;
  return (
    <Popover
      className="why"
      button={<span className={full ? 'share share-full' : 'share'}>{children}</span>}
      label={t('why.open', { what: `${place.name}, ${t('wall.occupancy')}` })}
    >
      <p className="why-head">
        {place.name}: {t('wall.occupancy')} {children}
      </p>
      <p>
        {occupancy === undefined
          ? t('wall.no-staffed')
          : t('wall.of-staffed', { occupied: occupancy.occupied, staffed: occupancy.staffed })}
      </p>
      <Definitions times={times} />
      <p>
        {confirmedAt === undefined
          ? t('why.never-confirmed')
          : t('why.confirmed', { time: times.moment(confirmedAt, now) })}
      </p>
      {said && (
        <p>{t('why.said', { time: times.moment(said.at, now), source: sourceName(t, said.source) })}</p>
      )}
      {silentFeed !== undefined && (
        <p>{t('why.feed-silent', { feed: silentFeed.name, time: times.moment(silentFeed.since, now) })}</p>
      )}
      {alerts !== undefined && alerts.count > 0 && (
        <p>
          {t('why.alert-owners', { owners: alerts.owners.map((owner) => t(`role.${owner}`)).join(', ') })}
        </p>
      )}
    </Popover>
  );
}

/** A total of a facility; one step away, the units that it is made of. */
export function WhyTotal({
  what,
  units,
  times,
  children,
}: {
  what: string;
  units: readonly { readonly place: UnitPlace; readonly unit: UnitSummary }[];
  times: Times;
  children: ReactNode;
}) {
  const t = useText();
  return (
    <Popover className="why why-total" button={children} label={t('why.open', { what })}>
      <p className="why-head">{what}</p>
      <Definitions times={times} />
      <p className="why-head why-inputs">{t('why.inputs')}</p>
      <ul>
        {units.map(({ place, unit }) => (
          <li key={place.id}>
            {unit.status === 'shown' && unit.freshness !== 'stale'
              ? t('why.input', {
                  name: place.name,
                  occupied: unit.tally.occupied,
                  staffed: unit.tally.beds - unit.tally.closed,
                  free: unit.tally.free,
                })
              : t('why.input-unknown', { name: place.name })}
          </li>
        ))}
      </ul>
    </Popover>
  );
}

const kinds: readonly GlyphKind[] = [...bedClasses, 'isolated'];

function Definitions({ times }: { times: Times }) {
  const t = useText();
  const length = (ms: number) => times.length(ms) ?? '';
  return (
    <>
      <p>{t('why.occupancy', { limit: times.percent(occupancyLimit) })}</p>
      <p>{t('why.free')}</p>
      <p>{t('why.counts')}</p>
      <p>{t('why.limits', { ageing: length(confirmationLimitMs), quiet: length(silenceLimitMs) })}</p>
      <p>
        {t('why.unknown', { stale: length(2 * confirmationLimitMs), silent: length(2 * silenceLimitMs) })}
      </p>
      <ul className="legend">
        {kinds.map((kind) => (
          <li key={kind}>
            <Glyph kind={kind} />
            {t(`class.${kind}`)}
          </li>
        ))}
      </ul>
    </>
  );
}
