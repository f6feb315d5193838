import type { Occupancy } from '#domain/measures/occupancy.ts';
import type { Translate } from '../language/catalogue.ts';
import type { Times } from '../language/times.ts';

/** A share as it is written: one number where it is known, both ends where it is not. */
export function shareText(t: Translate, times: Times, occupancy: Occupancy | undefined): string {
  if (occupancy === undefined) return t('board.nothing');
  const [low, high] = [times.percent(occupancy.low), times.percent(occupancy.high)];
  return low === high ? low : t('wall.share', { low: low.replace(/\s*%$/, ''), high });
}
