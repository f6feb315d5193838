import { getRouteApi } from '@tanstack/react-router';
import type { UnitAlerts } from '#domain/alerts/schema.ts';
import type { UnitBeds } from '#domain/beds/schema.ts';
import type { UnitFeeds } from '#domain/feeds/schema.ts';
import { totalOf } from '#domain/measures/total.ts';
import { useWallDensity } from '../app/density.ts';
import { Page, usePageHeading } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow } from '../live/hooks.ts';
import type { FacilityPlace } from '../places/places.ts';
import { useFacilities } from '../places/use-facilities.ts';
import { Empty, Failure, Forbidden, Loading } from '../ui/states.tsx';
import { unitSummary } from '../unit/unit-summary.ts';
import { useDistance, useWallType } from './distance.ts';
import { useReadings } from './readings.ts';
import { useRotation } from './rotation.ts';
import { UnitTile } from './unit-tile.tsx';
import { WallControls } from './wall-controls.tsx';
import { WallHead } from './wall-head.tsx';
import './wall.css';

const route = getRouteApi('/wall/$facility');

/** The wall of a facility: every unit as a tile, to be read from across a room. */
export function WallPage() {
  const t = useText();
  const { facility: id } = route.useParams();
  const facilities = useFacilities();
  if (facilities === 'loading') return <Loading />;
  if ('error' in facilities) {
    return (
      <Page title={t('nav.walls')}>
        <Failure title={t('failure.topics')} />
      </Page>
    );
  }
  const facility = facilities.find((one) => one.id === id);
  if (facility === undefined) {
    return (
      <Page title={t('nav.walls')}>
        <Forbidden title={t('forbidden.title')}>
          <p>{t('forbidden.facility')}</p>
        </Forbidden>
      </Page>
    );
  }
  return <Wall facility={facility} />;
}

function Wall({ facility }: { facility: FacilityPlace }) {
  const t = useText();
  const times = useTimes(facility.zone);
  const now = useNow(1000);
  const wall = useWallDensity();
  const distance = useDistance();
  const { columns, perPage } = useWallType(distance.metres, wall);
  const heading = usePageHeading(t('wall.title', { facility: facility.name }));
  const beds = useReadings<UnitBeds>(facility.units.map(({ bedsTopic }) => bedsTopic));
  const alertTopics = facility.units.flatMap(({ alertsTopic }) => alertsTopic ?? []);
  const alerts = useReadings<UnitAlerts>(alertTopics);
  const feedTopics = facility.units.flatMap(({ feedsTopic }) => feedsTopic ?? []);
  const feeds = useReadings<UnitFeeds>(feedTopics);
  const shown = facility.units.map((place, index) => {
    const reading = beds[index];
    const answered =
      place.alertsTopic === undefined ? undefined : alerts[alertTopics.indexOf(place.alertsTopic)];
    const speaking = place.feedsTopic === undefined ? undefined : feeds[feedTopics.indexOf(place.feedsTopic)];
    return {
      place,
      unit:
        reading === undefined
          ? { status: 'loading' as const }
          : unitSummary(reading, answered, now, speaking),
    };
  });
  const inputs = shown.map(({ unit }) =>
    unit.status === 'shown' ? unit : { tally: undefined, freshness: 'stale' as const },
  );
  const pages = wall ? Math.max(1, Math.ceil(shown.length / perPage)) : 1;
  const rotation = useRotation(pages);
  const first = wall ? rotation.page * perPage : 0;
  const onPage = wall ? shown.slice(first, first + perPage) : shown;
  return (
    <div className="wall" data-columns={Math.min(columns, onPage.length)}>
      <WallHead
        facility={facility}
        units={shown}
        total={totalOf(inputs)}
        times={times}
        now={now}
        heading={heading}
      />
      {shown.length === 0 ? (
        <Empty title={t('units.empty')} />
      ) : (
        <ul className="wall-tiles">
          {onPage.map(({ place, unit }) => (
            <UnitTile key={place.id} place={place} unit={unit} times={times} now={now} />
          ))}
        </ul>
      )}
      {wall && (
        <WallControls
          rotation={rotation}
          pages={pages}
          from={first + 1}
          to={first + onPage.length}
          of={shown.length}
          distance={distance}
          zone={times.zone}
        />
      )}
    </div>
  );
}
