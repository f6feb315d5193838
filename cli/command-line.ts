/** Where a command writes: `out` is what was asked for, `err` is what is said about it. Each call is one line. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
  /** Shows a line that the next one takes the place of; nothing where nobody watches. */
  progress(line: string): void;
  /** Aborted when the person at the terminal wants it to end (Ctrl C): once for good order. */
  readonly interrupted: AbortSignal;
}

/** One command of the command line, such as `hl7 send`. */
export interface CliCommand {
  /** Its words as they are typed. */
  readonly name: string;
  /** What follows its name, as a manual writes it. */
  readonly usage: string;
  readonly summary: string;
  /** Gives the exit code: 0 done, 1 done in part or refused, 2 asked wrongly. Raises a `UsageError` for wrong arguments. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** The arguments do not fit the command; its message is for whoever typed them. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command whose name the words begin with, and what follows it. */
export function findCommand(
  commands: readonly CliCommand[],
  words: readonly string[],
): { readonly command: CliCommand; readonly rest: readonly string[] } | undefined {
  for (const command of commands) {
    const name = command.name.split(' ');
    if (name.every((word, index) => words[index] === word))
      return { command, rest: words.slice(name.length) };
  }
  return undefined;
}

/** The manual: a line for how each command is called and one for what it does. */
export function manual(commands: readonly CliCommand[]): string {
  const lines = commands.flatMap(({ name, usage, summary }) => [
    `  carewall ${name} ${usage}`,
    `      ${summary}`,
  ]);
  return ['Usage:', ...lines].join('\n');
}
