import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { careGroups, levelsOfCare } from '#domain/network/levels.ts';
import { networkModule } from '#domain/network/module.ts';
import { useWallDensity } from '../app/density.ts';
import { mayAsk } from '../app/may-ask.ts';
import { usePageHeading } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Empty, Loading } from '../ui/states.tsx';
import { useDistance, useWallType } from '../wall/distance.ts';
import { GlassName } from '../wall/glass-name.tsx';
import { useRotation } from '../wall/rotation.ts';
import { WallControls } from '../wall/wall-controls.tsx';
import type { AttestingFacility } from './attesting-facilities.ts';
import { FacilityRow } from './facility-row.tsx';
import { NetworkGate, NoNetwork } from './network-gate.tsx';
import { type ShownFacility, useNetwork } from './network-reading.ts';
import { judgedAt } from './network-tiles.ts';
import { RegionTable } from './region-table.tsx';
import { regionTotals } from './regions.ts';
import { Tiles } from './tiles.tsx';
import { usePlaceOf } from './use-place-of.ts';
import '../wall/wall.css';
import './network.css';

/** The network: its numbers on the top, then every facility, down to their walls. */
export function NetworkPage() {
  return <NetworkGate>{(places, title) => <Network places={places} title={title} />}</NetworkGate>;
}

/** On a wall four facilities lie on a page, two beside each other; or three regions, one beneath the other. */
const onWall = { facilities: 4, regions: 3 };
/** More cards than these nobody reads through: they look in the table. */
const mostCards = 60;
/** A wall that turns through more facilities than these shows none for long enough: it shows their regions. */
const mostTurned = 60;

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
  const placeOf = usePlaceOf(places, reading);
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
        ? levels.length > 0 || Object.keys(facility.units).length > 0 || mayUpdate(facility)
        : levels.length > 0,
    );
  const totals = wall && rows.length > mostTurned ? regionTotals(reading.facilities, at) : [];
  const regions = totals.length > 1 ? totals : [];
  const [turned, onPageOfWall] =
    regions.length > 0 ? [regions.length, onWall.regions] : [rows.length, onWall.facilities];
  const pages = wall ? Math.max(1, Math.ceil(turned / onPageOfWall)) : 1;
  const rotation = useRotation(pages);
  const first = wall ? rotation.page * onPageOfWall : 0;
  const onPage = rows.slice(first, first + (wall ? onPageOfWall : mostCards));
  const regionsOnPage = regions.slice(first, first + onPageOfWall);
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
        <GlassName />
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
            {!wall && (
              <p className="net-ways">
                <Link to="/network/facilities" className="button">
                  {t('table.open')}
                </Link>
                <Link to="/network/facilities" search={{ show: 'map' }} className="button">
                  {t('table.open-map')}
                </Link>
                {rows.length > onPage.length && (
                  <span>{t('table.cards', { shown: onPage.length, count: rows.length })}</span>
                )}
              </p>
            )}
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
            {regions.length > 0 ? (
              <RegionTable
                regions={regionsOnPage}
                groups={careGroups.filter((group) => regions.some(({ groups }) => groups[group]))}
                times={times}
              />
            ) : (
              <ul className="net-list">
                {onPage.map(({ facility, levels }) => (
                  <FacilityRow
                    key={facility.id}
                    facility={facility}
                    place={placeOf(facility)}
                    levels={levels}
                    mayUpdate={!wall && mayUpdate(facility)}
                    now={now}
                    at={at}
                  />
                ))}
              </ul>
            )}
          </section>
        </>
      )}
      {wall && (
        <WallControls
          rotation={rotation}
          pages={pages}
          from={first + 1}
          to={Math.min(turned, first + onPageOfWall)}
          of={turned}
          distance={distance}
          zone={times.zone}
          shown={regions.length > 0 ? 'network.region-page' : 'network.page'}
        />
      )}
    </div>
  );

  function mayUpdate(facility: ShownFacility): boolean {
    const grants = typeof session === 'string' ? [] : session.grants;
    const path = placeOf(facility)?.path ?? [];
    return mayAsk(networkModule, 'availability.attest', { grants, path });
  }
}
