import { findCommand, manual, UsageError } from './command-line.ts';
import { commands } from './commands.ts';
import { createTerminal } from './terminal.ts';

const terminal = createTerminal();
const words = process.argv.slice(2);
const found = findCommand(commands, words);

if (found === undefined) {
  const asked = words.length === 0 || words.includes('--help') || words.includes('-h');
  if (asked) terminal.out(manual(commands));
  else terminal.err(`There is no such command.\n${manual(commands)}`);
  process.exitCode = asked ? 0 : 2;
} else {
  try {
    process.exitCode = await found.command.run(found.rest, terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.err(`${error.message}\n${manual([found.command])}`);
    process.exitCode = 2;
  }
}
