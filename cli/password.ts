import { UsageError } from './command-line.ts';

/** The password out of the environment, or asked for at the terminal, where it is not shown. Raises a `UsageError` for neither. */
export async function readPassword(
  environment: Readonly<Record<string, string | undefined>>,
  prompt: string,
): Promise<string> {
  const given = environment.CAREWALL_PASSWORD;
  if (given !== undefined && given !== '') return given;
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    throw new UsageError('Set CAREWALL_PASSWORD: there is no terminal at which to ask for the password.');
  }
  stderr.write(prompt);
  stdin.setRawMode(true);
  const typed = await typedLine(stdin);
  stdin.setRawMode(false);
  stdin.pause();
  stderr.write('\n');
  if (typed === undefined) throw new UsageError('No password was given.');
  return typed;
}

/** What is typed up to the end of the line, with what was taken back taken back; nothing where somebody gives up. */
export function typedLine(input: NodeJS.ReadableStream): Promise<string | undefined> {
  let typed: string[] = [];
  input.setEncoding('utf8');
  return new Promise((resolve) => {
    const end = (line: string | undefined) => {
      input.off('data', take);
      resolve(line);
    };
    const take = (piece: string | Buffer) => {
      for (const key of String(piece)) {
        if (key === '\r' || key === '\n') return end(typed.join(''));
        // Ctrl C and Ctrl D; in raw mode nobody else hears them.
        if (key === '\u0003' || key === '\u0004') return end(undefined);
        if (key === '\u007f' || key === '\b') typed = typed.slice(0, -1);
        else if (key === '\u0015') typed = [];
        else typed.push(key);
      }
    };
    input.on('data', take);
    input.once('end', () => end(undefined));
  });
}
