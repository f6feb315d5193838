import { connections } from './connections.mjs';
import { country } from './country.mjs';
import { drain } from './drain.mjs';
import { fanout } from './fanout.mjs';
import { shiftChange } from './shift-change.mjs';
import { soak } from './soak.mjs';
import { stall } from './stall.mjs';
import { storm } from './storm.mjs';
import { writers } from './writers.mjs';

/** Every load test, in the order of `all`. */
export const scenarios = [fanout, drain, connections, storm, writers, shiftChange, country, stall, soak];
