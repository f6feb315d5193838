import type { UnitAlerts } from '#domain/alerts/schema.ts';
import type { Bed, UnitBeds } from '#domain/beds/schema.ts';
import type { UnitFeeds } from '#domain/feeds/schema.ts';
import { classOf } from '#domain/measures/tally.ts';
import { totalOf } from '#domain/measures/total.ts';
import { useWallDensity } from '../app/density.ts';
import { usePageHeading } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useTopic } from '../live/hooks.ts';
import type { FacilityPlace, UnitPlace } from '../places/places.ts';
import { Glyph } from '../ui/glyph.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import { FreshnessMark } from '../unit/freshness-mark.tsx';
import { unitSummary } from '../unit/unit-summary.ts';
import { useDistance, useWallType } from '../wall/distance.ts';
import { useReadings } from '../wall/readings.ts';
import { useRotation } from '../wall/rotation.ts';
import { WallControls } from '../wall/wall-controls.tsx';
import { WallHead } from '../wall/wall-head.tsx';
import { shownBeds } from './order.ts';
import '../wall/wall.css';
import './unit-glass.css';

/** So many lie on a wall in type that is read from five metres. */
const perPage = 24;

/** The beds of a unit on a display: each with its name and what it counts as, all to be read from across a corridor. */
export function UnitGlass({ facility, unit }: { facility: FacilityPlace; unit: UnitPlace }) {
  const t = useText();
  const times = useTimes(facility.zone);
  const now = useNow(1000);
  const wall = useWallDensity(true);
  const distance = useDistance();
  useWallType(distance.metres, wall);
  const heading = usePageHeading(t('board.title', { unit: unit.name }));
  const reading = useTopic<UnitBeds>(unit.bedsTopic);
  const [alerts] = useReadings<UnitAlerts>(unit.alertsTopic === undefined ? [] : [unit.alertsTopic]);
  const [feeds] = useReadings<UnitFeeds>(unit.feedsTopic === undefined ? [] : [unit.feedsTopic]);
  const summary = unitSummary(reading, alerts, now, feeds);
  const beds = reading.state === undefined ? [] : shownBeds(reading.state.beds, 'all', 'name');
  const pages = Math.max(1, Math.ceil(beds.length / perPage));
  const rotation = useRotation(pages);
  const first = rotation.page * perPage;
  const onPage = beds.slice(first, first + perPage);
  if (summary.status !== 'shown') return <Loading title={t('board.loading')} />;
  return (
    <div className="wall unit-glass">
      <WallHead
        facility={{ ...facility, name: unit.name }}
        units={[{ place: unit, unit: summary }]}
        total={totalOf([summary])}
        times={times}
        now={now}
        heading={heading}
      />
      {beds.length === 0 ? (
        <Empty title={t('board.empty')} />
      ) : (
        <div className={`glass-beds-of glass-${summary.freshness}`}>
          {summary.freshness !== 'fresh' && <FreshnessMark unit={summary} times={times} now={now} />}
          <ul className="glass-beds">
            {onPage.map((bed) => (
              <GlassBed key={bed.id} bed={bed} />
            ))}
          </ul>
        </div>
      )}
      <WallControls
        rotation={rotation}
        pages={pages}
        from={first + 1}
        to={first + onPage.length}
        of={beds.length}
        distance={distance}
        zone={times.zone}
      />
    </div>
  );
}

function GlassBed({ bed }: { bed: Bed }) {
  const t = useText();
  const kind = classOf(bed);
  return (
    <li className={`glass-bed glass-bed-${kind}`} data-testid={`bed-${bed.id}`}>
      <span className="glass-bed-name">{bed.name}</span>
      <span className="glass-bed-state">
        <Glyph kind={kind} />
        {bed.isolation !== undefined && <Glyph kind="isolated" />}
        <span className="glass-bed-word">
          {t(`class.${kind}`)}
          {bed.isolation !== undefined && <span className="unseen">, {t('class.isolated')}</span>}
        </span>
      </span>
    </li>
  );
}
