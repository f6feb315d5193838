// Loaded into a server before it starts (node --import): on SIGUSR2 it collects what it no longer needs, so that its
// memory can be compared. Nothing else about it is changed.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
process.on('SIGUSR2', () => collect());
