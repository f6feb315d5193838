import type { Times } from '../language/times.ts';
import { useTimes } from '../language/use-times.ts';
import { useFacilities } from './use-facilities.ts';

/** Times on the clock of a unit's facility; of this device where one sees nothing of the unit. */
export function useUnitTimes(unit: string): Times {
  const facilities = useFacilities();
  const known = facilities === 'loading' || 'error' in facilities ? [] : facilities;
  return useTimes(known.find(({ units }) => units.some(({ id }) => id === unit))?.zone);
}
