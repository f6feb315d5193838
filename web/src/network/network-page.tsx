import { useState } from 'react';
import { levelsOfCare } from '#domain/network/levels.ts';
import { useWallDensity } from '../app/density.ts';
import { mayAsk } from '../app/may-ask.ts';
import { Page, usePageHeading } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Empty, Failure, Forbidden, Loading } from '../ui/states.tsx';
import { useDistance, useWallType } from '../wall/distance.ts';
import { useRotation } from '../wall/rotation.ts';
import { WallControls } from '../wall/wall-controls.tsx';
import { type AttestingFacility, useAttestingFacilities } from './attesting-facilities.ts';
import { FacilityRow } from './facility-row.tsx';
import { useNetwork } from './network-reading.ts';
import { judgedAt } from './network-tiles.ts';
import { Tiles } from './tiles.tsx';
import '../wall/wall.css';
import './network.css';

/** The network: its numbers on the top, then every facility, down to their walls. */
export function NetworkPage() {
  const t = useText();
  const topics = useStore(useLive().topics);
  const facilities = useAttestingFacilities();
  if (topics === 'loading') return <Loading />;
  if ('error' in topics) {
    return (
      <Page title={t('network.title')}>
        <Failure title={t('failure.topics')} />
      </Page>
    );
  }
  if (facilities.length === 0) return <NoNetwork />;
  const whole = topics.some(({ topic }) => topic === 'network/availability');
  return <Network places={facilities} title={whole ? t('network.title') : t('network.own-title')} />;
}

function NoNetwork() {
  const t = useText();
  return (
    <Page title={t('network.title')}>
      <Forbidden title={t('forbidden.title')}>
        <p>{t('network.forbidden')}</p>
      </Forbidden>
    </Page>
  );
}

/** On a wall four facilities lie on a page, two beside each other. */
const onWall = 4;

function Network({ places, title }: { places: readonly AttestingFacility[]; title: string }) {
  const t = useText();
  const live = useLive();
  const session = useStore(live.session);
  const zones = new Set(places.map(({ zone }) => zone));
  const times = useTimes(zones.size === 1 ? places[0]?.zone : undefined);
  const now = useNow(1000);
  const wall = useWallDensity();
  const distance = useDistance();
  useWallType(distance.metres, wall);
  const heading = usePageHeading(title);
  const [wanted, setWanted] = useState('');
  const reading = useNetwork(places);
  const at = judgedAt(reading, now);
  const placeOf = new Map(places.map((place) => [place.id, place]));
  const counted = new Set(reading.facilities.flatMap(({ levels }) => Object.keys(levels)));
  const filter = wall || !counted.has(wanted) ? undefined : wanted;
  const rows = reading.facilities
    .map((facility) => ({
      // Who looks for one level of care looks for nothing else.
      facility: filter === undefined ? facility : { ...facility, units: {} },
      levels: levelsOfCare
        .filter((level) => filter === undefined || level === filter)
        .flatMap((level) => facility.levels[level] ?? []),
    }))
    .filter(({ facility, levels }) =>
      filter === undefined
        ? levels.length > 0 || Object.keys(facility.units).length > 0 || mayUpdate(facility.id)
        : levels.length > 0,
    );
  const pages = wall ? Math.max(1, Math.ceil(rows.length / onWall)) : 1;
  const rotation = useRotation(pages);
  const first = wall ? rotation.page * onWall : 0;
  const onPage = wall ? rows.slice(first, first + onWall) : rows;
  if (reading.status === 'missing') return <NoNetwork />;
  if (reading.status === 'loading') return <Loading />;
  const stale = at !== now;
  return (
    <div className="wall network">
      <header className="wall-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {stale && (
          <p className="net-stale">
            {t('network.stale', {
              age:
                (reading.confirmedAt && times.length(now - Date.parse(reading.confirmedAt))) ??
                t('board.nothing'),
            })}
          </p>
        )}
        <p className="wall-clock">{times.clock(now)}</p>
      </header>
      {rows.length === 0 && filter === undefined ? (
        <Empty title={t('network.empty')}>
          <p>{t('network.empty-text')}</p>
        </Empty>
      ) : (
        <>
          <Tiles reading={reading} times={times} now={now} />
          <section className="net-facilities" aria-label={t('network.facilities')}>
            {!wall && counted.size > 1 && (
              <label className="net-filter">
                {t('network.filter')}
                <select value={filter ?? ''} onChange={({ target }) => setWanted(target.value)}>
                  <option value="">{t('network.filter-all')}</option>
                  {levelsOfCare
                    .filter((level) => counted.has(level))
                    .map((level) => (
                      <option key={level} value={level}>
                        {t(`level.${level}`)}
                      </option>
                    ))}
                </select>
              </label>
            )}
            <ul className="net-list">
              {onPage.map(({ facility, levels }) => (
                <FacilityRow
                  key={facility.id}
                  facility={facility}
                  place={placeOf.get(facility.id)}
                  levels={levels}
                  mayUpdate={!wall && mayUpdate(facility.id)}
                  now={now}
                  at={at}
                />
              ))}
            </ul>
          </section>
        </>
      )}
      {wall && (
        <WallControls
          rotation={rotation}
          pages={pages}
          from={first + 1}
          to={first + onPage.length}
          of={rows.length}
          distance={distance}
          zone={times.zone}
          shown="network.page"
        />
      )}
    </div>
  );

  function mayUpdate(facility: string): boolean {
    const grants = typeof session === 'string' ? [] : session.grants;
    const path = placeOf.get(facility)?.path ?? [];
    return mayAsk('availability.attest', { grants, path });
  }
}
