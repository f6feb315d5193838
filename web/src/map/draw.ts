import type { Camera, Size } from './camera.ts';
import type { Cluster } from './clusters.ts';
import type { Land } from './projected.ts';

/** The colours of a map, of the appearance that the page has. */
export interface MapColours {
  readonly land: string;
  readonly border: string;
  readonly mark: string;
  readonly strong: string;
  readonly surface: string;
  readonly ink: string;
}

/** Reads the colours from the page's tokens. What is quiet is grey; what was searched for is not. */
export function coloursOf(element: Element): MapColours {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    land: token('--sunken'),
    border: token('--line-strong'),
    mark: token('--ink-2'),
    strong: token('--accent'),
    surface: token('--surface'),
    ink: token('--ink'),
  };
}

/** A piece of land, ready to be drawn. */
export interface DrawnLand {
  readonly fine: Path2D;
  readonly coarse: Path2D;
  readonly bounds: Land['bounds'];
}

/** From how close on the fine outline is worth its time. */
const fineFrom = 2.5;

function isInView([[left, top], [right, bottom]]: Land['bounds'], { x, y, k }: Camera, size: Size): boolean {
  return x + k * right > 0 && y + k * bottom > 0 && x + k * left < size.width && y + k * top < size.height;
}

const full = 2 * Math.PI;

export function drawMap(
  context: CanvasRenderingContext2D,
  land: readonly DrawnLand[],
  {
    clusters,
    camera,
    size,
    colours,
    searching,
  }: {
    readonly clusters: readonly Cluster[];
    readonly camera: Camera;
    readonly size: Size;
    readonly colours: MapColours;
    readonly searching: boolean;
  },
): void {
  const dense = devicePixelRatio;
  context.setTransform(dense, 0, 0, dense, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  context.setTransform(dense * camera.k, 0, 0, dense * camera.k, dense * camera.x, dense * camera.y);
  context.fillStyle = colours.land;
  context.lineWidth = 0.5 / camera.k;
  context.strokeStyle = colours.border;
  for (const { fine, coarse, bounds } of land) {
    if (!isInView(bounds, camera, size)) continue;
    const path = camera.k > fineFrom ? fine : coarse;
    context.fill(path);
    context.stroke(path);
  }
  context.setTransform(dense, 0, 0, dense, 0, 0);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `600 13px ${getComputedStyle(document.body).fontFamily}`;
  for (const cluster of clusters) {
    const x = camera.x + camera.k * cluster.x;
    const y = camera.y + camera.k * cluster.y;
    if (x < -40 || y < -40 || x > size.width + 40 || y > size.height + 40) continue;
    if (cluster.spots.length === 1)
      drawSpot(context, cluster, x, y, searching ? colours.strong : colours.mark, colours);
    else drawCluster(context, cluster, x, y, searching ? colours.strong : colours.mark, colours);
  }
}

/** Full disc: something to be had. Ring: nothing. Small broken ring: nobody knows. Told apart without colour. */
function drawSpot(
  context: CanvasRenderingContext2D,
  { spots: [spot] }: Cluster,
  x: number,
  y: number,
  colour: string,
  colours: MapColours,
): void {
  context.beginPath();
  context.arc(x, y, 6, 0, full);
  context.fillStyle = spot?.has === 'open' ? colour : colours.surface;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = colour;
  context.setLineDash(spot?.has === 'unknown' ? [2.5, 2.5] : []);
  context.stroke();
  context.setLineDash([]);
}

/** A disc with a number; as much of its edge is strong as facilities have something to give. */
function drawCluster(
  context: CanvasRenderingContext2D,
  { spots, open }: Cluster,
  x: number,
  y: number,
  colour: string,
  colours: MapColours,
): void {
  const radius = clusterRadius(spots.length);
  context.beginPath();
  context.arc(x, y, radius, 0, full);
  context.fillStyle = colours.surface;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = colours.border;
  context.stroke();
  if (open > 0) {
    context.beginPath();
    context.arc(x, y, radius - 1.5, -full / 4, -full / 4 + (full * open) / spots.length);
    context.lineWidth = 4;
    context.strokeStyle = colour;
    context.stroke();
  }
  context.fillStyle = colours.ink;
  context.fillText(String(spots.length), x, y + 0.5);
}

/** How large a cluster is drawn, in pixels. */
export function clusterRadius(count: number): number {
  return Math.min(24, 11 + 2.2 * Math.log2(count));
}
