import { useMemo } from 'react';
import type { Refusal } from '#domain/errors.ts';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { type FacilityPlace, facilitiesOf } from './places.ts';

/** The facilities that the signed-in person may look at, read anew whenever that changes. */
export function useFacilities(): readonly FacilityPlace[] | 'loading' | { readonly error: Refusal } {
  const topics = useStore(useLive().topics);
  return useMemo(() => (topics === 'loading' || 'error' in topics ? topics : facilitiesOf(topics)), [topics]);
}
