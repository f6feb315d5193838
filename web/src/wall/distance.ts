import { useEffect, useState } from 'react';
import { keepChoice, readChoice } from '../ui/remembered.ts';
import { useMedia } from '../ui/use-media.ts';

export const distances = ['3', '4', '5'] as const;
type Distance = (typeof distances)[number];

/** From how far this display is read, in metres, as somebody set it up. */
export interface DistanceChoice {
  readonly metres: Distance;
  choose(metres: Distance): void;
}

/** The distance this display is set up for. */
export function useDistance(): DistanceChoice {
  const [metres, setMetres] = useState<Distance>(() => readChoice('wall-distance', distances) ?? '5');
  return {
    metres,
    choose: (next) => {
      keepChoice('wall-distance', next);
      setMetres(next);
    },
  };
}

const layouts = {
  '3': { columns: 4, perPage: 7 },
  '4': { columns: 3, perPage: 6 },
  '5': { columns: 3, perPage: 6 },
} as const;

/**
 * How the tiles lie on a display that is read from a distance, at most seven at once. The size of the type follows from
 * the same attribute in the style sheet: a cap height of 0.0058 × distance on a panel 1.2 m wide (55 inches).
 */
export function useWallType(
  metres: Distance,
  wall: boolean,
): { readonly columns: number; readonly perPage: number } {
  const wide = useMedia('(min-aspect-ratio: 3/2)');
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (!wall) return;
    dataset.distance = metres;
    return () => {
      delete dataset.distance;
    };
  }, [metres, wall]);
  return wide ? layouts[metres] : { columns: 2, perPage: 6 };
}
