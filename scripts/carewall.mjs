// Builds the command line where it is out of date and runs it in this same process, so that signals go straight to it.
import { buildCli } from './build.mjs';

process.setSourceMapsEnabled(true);
await import(await buildCli());
