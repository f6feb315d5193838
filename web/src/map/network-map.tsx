import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { Position } from '#domain/network/schema.ts';
import { useText } from '../language/language.tsx';
import { Failure, Loading } from '../ui/states.tsx';
import { type Camera, moved, type Size, wholeIn, zoomed } from './camera.ts';
import { type Cluster, cellPixels, clusterScale, clustersOf, type Spot } from './clusters.ts';
import { coloursOf, drawMap } from './draw.ts';
import { type Projected, projectedFor } from './projected.ts';
import './map.css';

/** A facility as the map needs it. */
export interface MapFacility {
  readonly id: string;
  readonly name: string;
  readonly position: Position | undefined;
  readonly has: Spot['has'];
}

interface NetworkMapProps {
  /** Every facility of the network: it decides what the map is of. */
  readonly positions: readonly Position[];
  /** Those that the filter leaves, in the order of the table. */
  readonly facilities: readonly MapFacility[];
  readonly searching: boolean;
  readonly onOpen: (facility: string) => void;
}

/** The facilities of a network where they lie. Nothing of it is fetched from anybody else. */
export function NetworkMap({ positions, ...rest }: NetworkMapProps) {
  const [projected, setProjected] = useState<Projected | 'failed'>();
  // The map is of the network as it was when it was opened: it does not turn under somebody's hand.
  const first = useRef(positions);
  useEffect(() => {
    let here = true;
    projectedFor(first.current)
      .catch(() => 'failed' as const)
      .then((made) => {
        if (here) setProjected(made);
      });
    return () => {
      here = false;
    };
  }, []);
  const t = useText();
  if (projected === undefined) return <Loading />;
  if (projected === 'failed') return <Failure title={t('failure.title')} />;
  return <Plane projected={projected} {...rest} />;
}

/** So many facilities in sight are named beside the map. */
const mostNamed = 12;

function Plane({
  projected,
  facilities,
  searching,
  onOpen,
}: Omit<NetworkMapProps, 'positions'> & { projected: Projected }) {
  const t = useText();
  const box = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [camera, setCamera] = useState<Camera>();
  const [appearance, setAppearance] = useState(0);
  const place = useMemo(() => {
    // A position stays the same object while nobody says another: it need not be projected again each second.
    const known = new WeakMap<Position, ReturnType<Projected['place']>>();
    return (position: Position) => {
      if (!known.has(position)) known.set(position, projected.place(position));
      return known.get(position);
    };
  }, [projected]);
  const spots = useMemo(
    () =>
      facilities.flatMap(({ id, name, position, has }): Spot[] => {
        const point = position && place(position);
        return point === undefined ? [] : [{ id, name, has, x: point[0], y: point[1] }];
      }),
    [facilities, place],
  );
  const land = useMemo(
    () =>
      projected.land.map(({ fine, coarse, bounds }) => ({
        fine: new Path2D(fine),
        coarse: new Path2D(coarse),
        bounds,
      })),
    [projected],
  );
  const scale = camera === undefined ? undefined : clusterScale(camera.k);
  const clusters = useMemo(() => (scale === undefined ? [] : clustersOf(spots, scale)), [spots, scale]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      const next = { width: element.clientWidth, height: element.clientHeight };
      setSize(next);
      setCamera((before) => (before === undefined ? wholeIn(next) : moved(before, [0, 0], next)));
    });
    observer.observe(element);
    const look = new MutationObserver(() => setAppearance((before) => before + 1));
    look.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const turn = () => setAppearance((before) => before + 1);
    dark.addEventListener('change', turn);
    return () => {
      observer.disconnect();
      look.disconnect();
      dark.removeEventListener('change', turn);
    };
  }, []);
  // The wheel belongs to the map only while the pointer is over it; React's own listener could not keep the page still.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = element.getBoundingClientRect();
      const by = 2 ** (-event.deltaY / (event.deltaMode === 0 ? 240 : 8));
      setCamera((before) => before && zoomed(before, by, [event.clientX - left, event.clientY - top], size));
    };
    element.addEventListener('wheel', turn, { passive: false });
    return () => element.removeEventListener('wheel', turn);
  }, [size]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read from the page, which says when they have changed.
  const colours = useMemo(() => coloursOf(document.documentElement), [appearance]);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined || camera === undefined) return;
    const frame = requestAnimationFrame(() => {
      const [width, height] = [size.width * devicePixelRatio, size.height * devicePixelRatio].map(Math.round);
      if (element.width !== width || element.height !== height) Object.assign(element, { width, height });
      drawMap(context, land, { clusters, camera, size, colours, searching });
    });
    return () => cancelAnimationFrame(frame);
  }, [camera, clusters, land, size, colours, searching]);

  const pointers = usePointers({
    onMove: (by) => setCamera((before) => before && moved(before, by, size)),
    onPinch: (by, at) => setCamera((before) => before && zoomed(before, by, at, size)),
    onTap(at) {
      if (camera === undefined) return;
      const hit = nearest(clusters, camera, at);
      if (hit === undefined) return;
      const [only] = hit.spots;
      if (hit.spots.length === 1 && only !== undefined) onOpen(only.id);
      else setCamera(zoomed(camera, 3, at, size));
    },
  });
  const middle = [size.width / 2, size.height / 2] as const;
  const step = (by: number) => setCamera((before) => before && zoomed(before, by, middle, size));
  function keyed(event: KeyboardEvent): void {
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [80, 0],
      ArrowRight: [-80, 0],
      ArrowUp: [0, 80],
      ArrowDown: [0, -80],
    };
    const by = moves[event.key];
    if (by !== undefined) setCamera((before) => before && moved(before, by, size));
    else if (event.key === '+' || event.key === '=') step(1.5);
    else if (event.key === '-') step(1 / 1.5);
    else return;
    event.preventDefault();
  }

  const inSight = camera === undefined ? [] : spots.filter(({ x, y }) => isInSight(x, y, camera, size));
  const off = facilities.length - spots.length;
  return (
    <div className="map">
      <section
        ref={box}
        className="map-plane"
        aria-label={t('map.title')}
        aria-describedby="map-keys"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the map.
        tabIndex={0}
        onKeyDown={keyed}
        {...pointers}
      >
        <canvas ref={canvas} data-testid="map-canvas" data-clusters={clusters.length} />
      </section>
      <div className="map-buttons">
        <button type="button" aria-label={t('map.in')} onClick={() => step(2)}>
          +
        </button>
        <button type="button" aria-label={t('map.out')} onClick={() => step(0.5)}>
          −
        </button>
        <button type="button" onClick={() => setCamera(wholeIn(size))}>
          {t('map.whole')}
        </button>
      </div>
      <aside className="map-side" aria-labelledby="map-here">
        <h2 id="map-here">{t('map.here')}</h2>
        <ul>
          {inSight.slice(0, mostNamed).map(({ id, name }) => (
            <li key={id}>
              <button type="button" className="quiet" onClick={() => onOpen(id)}>
                {name}
              </button>
            </li>
          ))}
        </ul>
        {inSight.length > mostNamed && <p>{t('map.more', { count: inSight.length - mostNamed })}</p>}
        <p>{t('map.legend')}</p>
        {off > 0 && <p>{t('map.off', { count: off })}</p>}
        <p id="map-keys">{t('map.keys')}</p>
      </aside>
    </div>
  );
}

function isInSight(x: number, y: number, camera: Camera, { width, height }: Size): boolean {
  const [sx, sy] = [camera.x + camera.k * x, camera.y + camera.k * y];
  return sx >= 0 && sy >= 0 && sx <= width && sy <= height;
}

/** The mark that a tap was meant for; nothing where there is none near. */
function nearest(
  clusters: readonly Cluster[],
  camera: Camera,
  at: readonly [number, number],
): Cluster | undefined {
  let best: { cluster: Cluster; away: number } | undefined;
  for (const cluster of clusters) {
    const away = Math.hypot(camera.x + camera.k * cluster.x - at[0], camera.y + camera.k * cluster.y - at[1]);
    if (away < cellPixels / 2 + 2 && away < (best?.away ?? Number.POSITIVE_INFINITY))
      best = { cluster, away };
  }
  return best?.cluster;
}

/** Fingers and mice on the map: one moves it, two bring it closer, and one that does not move chooses. */
function usePointers({
  onMove,
  onPinch,
  onTap,
}: {
  onMove: (by: readonly [number, number]) => void;
  onPinch: (by: number, at: readonly [number, number]) => void;
  onTap: (at: readonly [number, number]) => void;
}) {
  const down = useRef(new Map<number, readonly [number, number]>());
  const travelled = useRef(0);
  const placeOf = ({ clientX, clientY, currentTarget }: PointerEvent): readonly [number, number] => {
    const { left, top } = currentTarget.getBoundingClientRect();
    return [clientX - left, clientY - top];
  };
  const end = (event: PointerEvent) => down.current.delete(event.pointerId);
  return {
    onPointerDown(event: PointerEvent) {
      if (down.current.size === 0) travelled.current = 0;
      event.currentTarget.setPointerCapture(event.pointerId);
      down.current.set(event.pointerId, placeOf(event));
    },
    onPointerMove(event: PointerEvent) {
      const before = down.current.get(event.pointerId);
      if (before === undefined) return;
      const now = placeOf(event);
      const other = [...down.current].find(([id]) => id !== event.pointerId)?.[1];
      travelled.current += Math.hypot(now[0] - before[0], now[1] - before[1]);
      down.current.set(event.pointerId, now);
      if (other === undefined) return onMove([now[0] - before[0], now[1] - before[1]]);
      const apart = (from: readonly [number, number]) =>
        Math.max(1, Math.hypot(from[0] - other[0], from[1] - other[1]));
      onPinch(apart(now) / apart(before), [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2]);
    },
    onPointerUp(event: PointerEvent) {
      const alone = down.current.size === 1;
      end(event);
      if (alone && travelled.current < 8) onTap(placeOf(event));
    },
    onPointerCancel: end,
  };
}
