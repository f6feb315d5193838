import type { Terminal } from './command-line.ts';

/** The terminal of this process. Progress is only shown to a person: a file or a pipe gets lines alone. */
export function createTerminal(): Terminal {
  const watched = process.stderr.isTTY;
  const interruption = new AbortController();
  let shown = false;

  function line(stream: NodeJS.WriteStream, text: string): void {
    if (shown) process.stderr.write('\r\u001b[K');
    shown = false;
    stream.write(`${text}\n`);
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // The second time nobody wants to wait for good order.
    process.once(signal, () => interruption.abort());
  }

  return {
    out: (text) => line(process.stdout, text),
    err: (text) => line(process.stderr, text),
    progress(text) {
      if (!watched) return;
      process.stderr.write(`\r\u001b[K${text}`);
      shown = true;
    },
    interrupted: interruption.signal,
  };
}
