import { Link } from '@tanstack/react-router';
import { occupancyLimit } from '#domain/measures/occupancy.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import type { UnitPlace } from '../places/places.ts';
import { AlertGlyph } from '../ui/glyph.tsx';
import { FreshnessMark } from '../unit/freshness-mark.tsx';
import { shareText } from '../unit/share.ts';
import type { OpenAlerts, UnitSummary } from '../unit/unit-summary.ts';
import { Count } from './count.tsx';
import { WhyUnit } from './why.tsx';

const beside = ['free', 'claimed', 'isolated', 'cleaning', 'contaminated', 'closed'] as const;

/** One unit of a facility. Every number keeps its place and its width, whatever it becomes. */
export function UnitTile({
  place,
  unit,
  times,
  now,
}: {
  place: UnitPlace;
  unit: UnitSummary;
  times: Times;
  now: number;
}) {
  const t = useText();
  if (unit.status !== 'shown') {
    return (
      <li className="tile tile-blank">
        <h2 className="tile-name">{place.name}</h2>
        <p>{unit.status === 'loading' ? t('wall.loading') : t('wall.missing')}</p>
      </li>
    );
  }
  const { occupancy, tally, freshness, alerts } = unit;
  const full = freshness !== 'stale' && occupancy !== undefined && occupancy.low >= occupancyLimit;
  const of = occupancy && t('wall.of-staffed', { occupied: occupancy.occupied, staffed: occupancy.staffed });
  return (
    <li className={`tile tile-${freshness}`} data-testid={`tile-${place.id}`}>
      <header className="tile-head">
        <h2 className="tile-name">
          <Link
            to="/units/$unit/beds"
            params={{ unit: place.id }}
            aria-label={t('wall.open-board', { unit: place.name })}
          >
            {place.name}
          </Link>
        </h2>
      </header>
      {tally.beds === 0 ? (
        <p>{t('wall.empty')}</p>
      ) : (
        <>
          <div className="tile-main">
            <WhyUnit place={place} unit={unit} times={times} now={now} full={full}>
              {shareText(t, times, occupancy)}
            </WhyUnit>
            <dl className="tile-of">
              <Count kind="occupied" count={tally.occupied} />
              <div className="tile-staffed">
                <dt className="unseen">{t('wall.occupancy')}</dt>
                <dd>
                  <span aria-hidden="true">/{occupancy?.staffed ?? 0}</span>
                  <span className="unseen">{of ?? t('wall.no-staffed')}</span>
                </dd>
              </div>
            </dl>
          </div>
          <dl className="tile-counts">
            {beside.map((kind) => (
              <Count key={kind} kind={kind} count={tally[kind]} />
            ))}
          </dl>
        </>
      )}
      <div className="tile-foot">
        <TileAlerts alerts={alerts} />
        <FreshnessMark unit={unit} times={times} now={now} />
      </div>
    </li>
  );
}

/** How many alerts are open and who must act. The line keeps its height when there is none. */
function TileAlerts({ alerts }: { alerts: OpenAlerts | undefined }) {
  const t = useText();
  if (alerts === undefined) return <p className="tile-quiet">{t('wall.alerts-unseen')}</p>;
  if (alerts.count === 0) return <p className="tile-quiet">{t('wall.alerts-none')}</p>;
  const owners = alerts.owners.map((owner) => t(`role.${owner}`)).join(', ');
  return (
    <p className={alerts.unacknowledged > 0 ? 'tile-alerts tile-alerts-raised' : 'tile-alerts'}>
      <AlertGlyph taken={alerts.unacknowledged === 0} />
      <span aria-hidden="true">{alerts.count}</span>
      <span className="unseen">{t('wall.alerts', { count: alerts.count })}</span>
      <span className="tile-owner">{owners}</span>
    </p>
  );
}
