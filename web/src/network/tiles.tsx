import { complianceGoal } from '#domain/measures/compliance.ts';
import { silenceLimitMs } from '#domain/measures/freshness.ts';
import { occupancyLimit } from '#domain/measures/occupancy.ts';
import { turnaroundGoalMs } from '#domain/measures/turnaround.ts';
import { groupOf, levelsByGroup } from '#domain/network/levels.ts';
import { bedTotal, levelTotal } from '#domain/network/network.ts';
import { availableFree, availableShare } from '#domain/network/shown.ts';
import { useWallDensity } from '../app/density.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { shareText } from '../unit/share.ts';
import type { NetworkReading } from './network-reading.ts';
import { judgedAt, type NetworkTiles, networkTiles } from './network-tiles.ts';
import { Tile } from './tile.tsx';

/** So many facilities are named below a number; the others stand in the table. */
const mostInputs = 20;

/** The top of the wall. */
export function Tiles({ reading, times, now }: { reading: NetworkReading; times: Times; now: number }) {
  const t = useText();
  const tiles = networkTiles(reading, now);
  return (
    <ul className="net-tiles" aria-label={t('network.measures')}>
      {tiles.groups.map((group) => (
        <GroupTile key={group.group} tile={group} reading={reading} times={times} now={now} />
      ))}
      {tiles.beds && <BedsTile tile={tiles.beds} reading={reading} times={times} now={now} />}
      {tiles.turnaround && <TurnaroundTile tile={tiles.turnaround} times={times} now={now} />}
      {tiles.freshness && <FreshnessTile tile={tiles.freshness} times={times} />}
    </ul>
  );
}

interface TileProps<Shown> {
  readonly tile: Shown;
  readonly times: Times;
}
interface Judged {
  readonly reading: NetworkReading;
  readonly now: number;
}

function GroupTile({ tile, reading, times, now }: TileProps<NetworkTiles['groups'][number]> & Judged) {
  const t = useText();
  const { group, total, series } = tile;
  const wall = useWallDensity();
  const at = judgedAt(reading, now);
  const written = (part: typeof total) =>
    [
      ...(part.capacity === 0
        ? []
        : [
            t('network.available-of', {
              available: times.count(part.available),
              capacity: times.count(part.capacity),
            }),
          ]),
      ...(part.unknown === 0 ? [] : [t('network.unknown', { beds: times.count(part.unknown) })]),
    ].join(' ');
  const levels = reading.facilities
    .flatMap((facility) => Object.values(facility.levels))
    .filter(({ level }) => groupOf(level) === group);
  const names = levelsByGroup[group].filter((name) => levels.some(({ level }) => level === name));
  return (
    <Tile
      testId={`tile-${group}`}
      name={t(`care.${group}`)}
      value={times.count(total.available)}
      onGlass={wall ? times.shortCount(total.available) : undefined}
      beside={t('network.of', { beds: times.count(total.capacity) })}
      unknown={total.unknown}
      limit={t('network.limit-group', { share: times.percent(availableShare) })}
      past={total.unknown === 0 && total.available === 0}
      series={series}
      times={times}
      write={times.count}
    >
      <p>{t('network.why-group', { share: times.percent(availableShare), free: availableFree })}</p>
      <p>{t('network.why-unknown')}</p>
      <ul className="net-inputs">
        {names.map((name) => (
          <li key={name}>
            {t('network.why-input', {
              name: t(`level.${name}`),
              value: written(
                levelTotal(
                  levels.filter(({ level }) => level === name),
                  at,
                ),
              ),
            })}
          </li>
        ))}
      </ul>
    </Tile>
  );
}

function BedsTile({
  tile: { total, series },
  reading,
  times,
  now,
}: TileProps<NonNullable<NetworkTiles['beds']>> & Judged) {
  const t = useText();
  const { known, unknownBeds, occupancy } = total;
  const withUnits = reading.facilities.filter(({ units }) => Object.keys(units).length > 0);
  const at = judgedAt(reading, now);
  const length = (ms: number) => times.length(ms) ?? '';
  return (
    <Tile
      testId="tile-occupancy"
      name={t('wall.occupancy')}
      value={shareText(t, times, occupancy)}
      unknown={unknownBeds}
      limit={t('network.limit-occupancy', { share: times.percent(occupancyLimit) })}
      past={occupancy !== undefined && occupancy.low >= occupancyLimit}
      series={series}
      times={times}
      write={times.percent}
    >
      <p>{t('wall.of-staffed', { occupied: known.occupied, staffed: known.beds - known.closed })}</p>
      <p>
        {t('network.why-occupancy', {
          limit: times.percent(occupancyLimit),
          silent: length(2 * silenceLimitMs),
        })}
      </p>
      <ul className="net-inputs">
        {withUnits.slice(0, mostInputs).map(({ id, name, units }) => (
          <li key={id}>
            {t('network.why-input', {
              name,
              // Of the moment that it is judged by no trend can be asked: what is stale is judged as from the end of time.
              value: shareText(t, times, bedTotal(Object.values(units), at).occupancy),
            })}
          </li>
        ))}
        {withUnits.length > mostInputs && (
          <li>{t('network.why-more', { count: withUnits.length - mostInputs })}</li>
        )}
      </ul>
    </Tile>
  );
}

function TurnaroundTile({
  tile: { measure, series },
  times,
  now,
}: TileProps<NonNullable<NetworkTiles['turnaround']>> & { now: number }) {
  const t = useText();
  const goal = times.minutes(turnaroundGoalMs);
  return (
    <Tile
      testId="tile-turnaround"
      name={t('network.turnaround')}
      value={measure === undefined ? t('network.nothing') : times.minutes(measure.medianMs)}
      limit={t('network.limit-turnaround', { length: goal })}
      past={measure !== undefined && measure.medianMs >= turnaroundGoalMs}
      series={series}
      times={times}
      write={times.minutes}
    >
      <p>{t('network.why-turnaround', { goal })}</p>
      <p>
        {measure === undefined
          ? t('network.why-turnaround-none')
          : t('network.why-turnaround-count', {
              within: measure.withinGoal,
              count: measure.count,
              time: times.moment(measure.asOf, now),
            })}
      </p>
    </Tile>
  );
}

function FreshnessTile({ tile, times }: TileProps<NonNullable<NetworkTiles['freshness']>>) {
  const t = useText();
  const { current, expected, share, p95Ms } = tile.compliance;
  const length = (ms: number) => times.length(ms) ?? t('age.now');
  const finite = p95Ms !== undefined && Number.isFinite(p95Ms);
  return (
    <Tile
      testId="tile-freshness"
      name={t('network.freshness')}
      value={times.percent(share)}
      limit={t('network.limit-freshness', { share: times.percent(complianceGoal) })}
      past={share < complianceGoal}
      series={tile.series}
      times={times}
      write={times.percent}
    >
      <p>{t('network.why-freshness-count', { current, expected })}</p>
      {finite && <p>{t('network.why-p95', { age: length(p95Ms) })}</p>}
      <p>
        {t('network.why-freshness', { limit: length(silenceLimitMs), goal: times.percent(complianceGoal) })}
      </p>
    </Tile>
  );
}
