import type { CliCommand } from './command-line.ts';

/** The one list of what the command line can do. */
export const commands: readonly CliCommand[] = [];
