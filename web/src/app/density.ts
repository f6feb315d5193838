import { useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useMedia } from '../ui/use-media.ts';

/** A screen that can show a wall to somebody five metres away. */
const wallScreen = '(min-width: 1600px) and (min-height: 800px)';

/**
 * Whether this is a wall: a large screen that shows the wall of a facility or of the network, or another page that says that
 * it is one. Style sheets read the same from the document.
 */
export function useWallDensity(always = false): boolean {
  const { pathname } = useLocation();
  const large = useMedia(wallScreen);
  const wall = large && (always || /^\/(wall\/[^/]+|network$)/.test(pathname));
  useEffect(() => {
    document.documentElement.toggleAttribute('data-wall', wall);
  }, [wall]);
  return wall;
}
