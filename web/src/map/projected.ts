import {
  type GeoPermissibleObjects,
  type GeoProjection,
  geoAlbersUsa,
  geoConicEqualArea,
  geoMercator,
  geoPath,
} from 'd3-geo';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { Position } from '#domain/network/schema.ts';

/** The size of the plane that a map is projected onto, before anybody moves it. */
export const plane = { width: 975, height: 610 };

/** A piece of land, as SVG paths on the plane. */
export interface Land {
  readonly fine: string;
  /** With no two points closer than the eye tells apart while nobody has gone closer: most of a coast is finer. */
  readonly coarse: string;
  readonly bounds: readonly [readonly [number, number], readonly [number, number]];
}

/** A map that nobody has moved yet. */
export interface Projected {
  readonly land: readonly Land[];
  /** Where a position is on the plane; nothing for what lies outside of this map. */
  readonly place: (position: Position) => readonly [number, number] | undefined;
}

type Outline<Name extends string> = Topology<Record<Name, GeometryCollection>>;

/** So much of a network in the United States makes the map one of them. */
const mostly = 0.9;

/**
 * The map that fits a network: the United States with Alaska, Hawaii and Puerto Rico moved in, as people there know it, or
 * the part of the world in which the facilities lie. Outlines: Natural Earth and the US Census Bureau, both in the public domain.
 */
export async function projectedFor(positions: readonly Position[]): Promise<Projected> {
  const american = positions.filter(isAmerican).length;
  if (positions.length > 0 && american >= mostly * positions.length) {
    const { default: outline } = await import('us-atlas/states-10m.json');
    return unitedStates(outline);
  }
  const { default: outline } = await import('world-atlas/countries-50m.json');
  return partOfWorld(outline, positions);
}

function isAmerican({ latitude, longitude }: Position): boolean {
  const mainland = latitude > 24 && latitude < 49.5 && longitude > -125 && longitude < -66;
  const north = latitude > 51 && latitude < 72 && (longitude < -129 || longitude > 172);
  const pacific = latitude > 18 && latitude < 23 && longitude > -161 && longitude < -154;
  return mainland || north || pacific || isCaribbean({ latitude, longitude });
}

function isCaribbean({ latitude, longitude }: Position): boolean {
  return latitude > 17 && latitude < 19 && longitude > -68 && longitude < -64;
}

/** Puerto Rico and the Virgin Islands, by their codes of the census. */
const caribbean = new Set(['72', '78']);

function unitedStates(outline: Outline<'states'>): Projected {
  const main = geoAlbersUsa()
    .scale(1300)
    .translate([plane.width / 2, plane.height / 2]);
  const islands = geoConicEqualArea()
    .parallels([8, 18])
    .rotate([66, 0])
    .center([0, 18.2])
    .scale(2000)
    .translate([plane.width - 75, plane.height - 40]);
  return {
    land: feature(outline, outline.objects.states).features.flatMap((state) =>
      landOf(caribbean.has(String(state.id)) ? islands : main, state),
    ),
    place: (position) => placed(isCaribbean(position) ? islands : main, position),
  };
}

/** A network is never shown closer than so many degrees: without a coast in sight nobody knows where they are. */
const leastSpan = 3;

function partOfWorld(outline: Outline<'countries'>, positions: readonly Position[]): Projected {
  const latitudes = positions.map(({ latitude }) => latitude);
  const longitudes = positions.map(({ longitude }) => longitude);
  const [south, north] = spread(latitudes, 80);
  const [west, east] = spread(longitudes, 180);
  const projection = geoMercator()
    // The outlines are fine enough that straight lines between their points will do.
    .precision(0)
    .fitExtent(
      [
        [40, 40],
        [plane.width - 40, plane.height - 40],
      ],
      {
        type: 'MultiPoint',
        coordinates: [
          [west, south],
          [east, north],
        ],
      },
    )
    .clipExtent([
      [-10, -10],
      [plane.width + 10, plane.height + 10],
    ]);
  return {
    land: feature(outline, outline.objects.countries).features.flatMap((country) =>
      landOf(projection, country),
    ),
    place: (position) => placed(projection, position),
  };
}

function spread(numbers: readonly number[], most: number): [number, number] {
  const [low, high] = numbers.reduce(
    ([a, b], one) => [Math.min(a, one), Math.max(b, one)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  if (low > high) return [-most, most];
  const more = Math.max(0, leastSpan - (high - low)) / 2;
  return [Math.max(-most, low - more), Math.min(most, high + more)];
}

function landOf(projection: GeoProjection, shape: GeoPermissibleObjects): Land[] {
  const path = geoPath(projection);
  const fine = path(shape);
  return fine === null ? [] : [{ fine, coarse: coarsened(fine, 1.5), bounds: path.bounds(shape) }];
}

/** A path of straight lines without the points that are closer than so much to the one before. */
export function coarsened(path: string, least: number): string {
  let last = [Number.NaN, Number.NaN];
  return path.replace(/([ML])(-?[\d.]+),(-?[\d.]+)/g, (whole, kind: string, x: string, y: string) => {
    const point = [Number(x), Number(y)];
    const away = Math.hypot(Number(x) - (last[0] ?? 0), Number(y) - (last[1] ?? 0));
    if (kind === 'L' && away < least) return '';
    last = point;
    return whole;
  });
}

function placed(
  projection: GeoProjection,
  { latitude, longitude }: Position,
): readonly [number, number] | undefined {
  const point = projection([longitude, latitude]);
  return point === null || point.some((one) => !Number.isFinite(one)) ? undefined : point;
}
