import { useText } from '../language/language.tsx';
import { type DistanceChoice, distances } from './distance.ts';
import type { Rotation } from './rotation.ts';

interface WallControlsProps {
  readonly rotation: Rotation;
  readonly pages: number;
  readonly from: number;
  readonly to: number;
  readonly of: number;
  readonly distance: DistanceChoice;
  readonly zone: string;
  /** Says which of what are shown. */
  readonly shown?: 'wall.page' | 'network.page' | 'network.region-page';
}

/** For whoever stands at the glass: turning pages, and from how far it is to be read. Quiet, and in one line. */
export function WallControls({
  rotation,
  pages,
  from,
  to,
  of,
  distance,
  zone,
  shown = 'wall.page',
}: WallControlsProps) {
  const t = useText();
  return (
    <footer className="wall-controls">
      <label className="wall-distance">
        {t('wall.distance')}
        <select
          value={distance.metres}
          onChange={({ target }) => {
            const chosen = distances.find((one) => one === target.value);
            if (chosen !== undefined) distance.choose(chosen);
          }}
        >
          {distances.map((one) => (
            <option key={one} value={one}>
              {t('wall.metres', { count: Number(one) })}
            </option>
          ))}
        </select>
      </label>
      <span>{zone}</span>
      {pages > 1 && (
        <div className="wall-paging">
          <button
            type="button"
            className="quiet"
            onClick={() => rotation.go(rotation.page - 1)}
            aria-label={t('wall.previous')}
          >
            ‹
          </button>
          <span>{t(shown, { from, to, count: of })}</span>
          <button
            type="button"
            className="quiet"
            onClick={() => rotation.go(rotation.page + 1)}
            aria-label={t('wall.next')}
          >
            ›
          </button>
          <button type="button" className="quiet" onClick={() => rotation.setTurning(!rotation.turning)}>
            {rotation.turning ? t('wall.pause') : t('wall.resume')}
          </button>
        </div>
      )}
    </footer>
  );
}
