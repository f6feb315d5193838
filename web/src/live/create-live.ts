import { browserPage } from './browser-page.ts';
import type { Live } from './live.ts';
import { type LiveOptions, wireLive } from './wire-live.ts';

/** The live store of the page in which this is called. */
export function createLive(options: LiveOptions = {}): Live {
  return wireLive(browserPage(), options);
}
