import type { CliCommand } from './command-line.ts';
import { importFacilitiesCommand } from './import-facilities.ts';

/** The one list of what the command line can do. */
export const commands: readonly CliCommand[] = [importFacilitiesCommand];
