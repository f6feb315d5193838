import { useEffect, useState } from 'react';
import { useMedia } from '../ui/use-media.ts';

const stayMs = 20_000;

/** Which page of a wall is shown. */
export interface Rotation {
  readonly page: number;
  readonly turning: boolean;
  go(page: number): void;
  setTurning(turning: boolean): void;
}

/** Turns the pages of a wall, until somebody pauses it; never by itself for those who asked for less motion. */
export function useRotation(pages: number): Rotation {
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const [wanted, setTurning] = useState(true);
  const [at, setAt] = useState(0);
  const page = at < pages ? at : 0;
  const turning = wanted && !still && pages > 1;
  // Begins anew with each page: one that somebody chose stays as long as any other.
  useEffect(() => {
    if (!turning) return;
    const timer = setTimeout(() => setAt((page + 1) % pages), stayMs);
    return () => clearTimeout(timer);
  }, [turning, page, pages]);
  return { page, turning, go: (next) => setAt((next + pages) % pages), setTurning };
}
