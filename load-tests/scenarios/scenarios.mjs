import { connections } from './connections.mjs';
import { drain } from './drain.mjs';
import { fanout } from './fanout.mjs';

/** Every load test, in the order of `all`. */
export const scenarios = [fanout, drain, connections];
