/** A facility on the plane. */
export interface Spot {
  readonly id: string;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** Whether a bed is to be had there, none is, or nobody knows. */
  readonly has: 'open' | 'full' | 'unknown';
}

/** Facilities that are too close together to be told apart. */
export interface Cluster {
  readonly x: number;
  readonly y: number;
  readonly spots: readonly Spot[];
  readonly open: number;
}

/** Facilities closer than so many pixels are one mark. */
export const cellPixels = 44;

/**
 * Gathers what falls into one cell of a grid over the plane. The grid lies on the plane and not on the screen: who
 * moves the map sees the same clusters. One pass, whatever the number.
 */
export function clustersOf(spots: readonly Spot[], scale: number): Cluster[] {
  const cell = cellPixels / scale;
  const cells = new Map<string, Spot[]>();
  for (const spot of spots) {
    const key = `${Math.floor(spot.x / cell)} ${Math.floor(spot.y / cell)}`;
    const own = cells.get(key);
    if (own === undefined) cells.set(key, [spot]);
    else own.push(spot);
  }
  return [...cells.values()].map((own) => ({
    x: own.reduce((sum, { x }) => sum + x, 0) / own.length,
    y: own.reduce((sum, { y }) => sum + y, 0) / own.length,
    spots: own,
    open: own.filter(({ has }) => has === 'open').length,
  }));
}

/** The scale at which clusters are made: in steps, so that they hold still while somebody goes closer. */
export function clusterScale(k: number): number {
  return 2 ** (Math.floor(Math.log2(k) * 2) / 2);
}
