import { plane } from './projected.ts';

/** How somebody looks at the plane: a point of it stands at `x + k · px`, `y + k · py` on the screen. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}

const mostZoom = 64;

/** The whole plane in the middle of a screen. */
export function wholeIn({ width, height }: Size): Camera {
  const k = Math.max(0.05, Math.min(width / plane.width, height / plane.height));
  return { k, x: (width - k * plane.width) / 2, y: (height - k * plane.height) / 2 };
}

/** Closer or farther, with what is under a point of the screen staying there. */
export function zoomed(camera: Camera, by: number, at: readonly [number, number], size: Size): Camera {
  const least = wholeIn(size).k;
  const k = Math.min(least * mostZoom, Math.max(least, camera.k * by));
  const [px, py] = [(at[0] - camera.x) / camera.k, (at[1] - camera.y) / camera.k];
  return kept({ k, x: at[0] - k * px, y: at[1] - k * py }, size);
}

/** Moved by so many pixels. */
export function moved(camera: Camera, by: readonly [number, number], size: Size): Camera {
  return kept({ ...camera, x: camera.x + by[0], y: camera.y + by[1] }, size);
}

/** The middle of the screen never leaves the plane: nobody gets lost in the sea. */
function kept({ x, y, k }: Camera, { width, height }: Size): Camera {
  const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
  return {
    k,
    x: clamp(x, width / 2 - k * plane.width, width / 2),
    y: clamp(y, height / 2 - k * plane.height, height / 2),
  };
}
