import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readHeader } from '#realtime/ingest/hl7/header.ts';
import type { MllpClientOptions } from '#realtime/ingest/mllp/client.ts';
import { type CliCommand, type Terminal, UsageError } from './command-line.ts';
import { answersExpected, verdictOf } from './hl7-answers.ts';
import { printable } from './hl7-check.ts';
import { readHl7File } from './hl7-files.ts';
import { createSteadySender, GaveUp } from './steady-sender.ts';

type Options = { file: string; to: MllpClientOptions; perSecond: number; from: number; isPatient: boolean };

/** Sends a file of messages over MLLP, in their order, each when the one before was answered. */
export const hl7Send: CliCommand = {
  name: 'hl7 send',
  usage: 'FILE --to HOST:PORT [--tls] [--ca FILE] [--cert FILE --key FILE] [--rate N] [--from LINE] [--wait]',
  summary:
    'Sends the HL7 v2 messages of a file in their order and prints what is refused; --wait tries for ever',
  run: async (args, terminal) => send(await optionsOf(args), terminal),
};

async function optionsOf(args: readonly string[]): Promise<Options> {
  const { values, positionals } = parsed(args);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('One file is needed.');
  const to = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(values.to ?? '');
  if (to === null) throw new UsageError('--to needs a host and a port, such as --to 127.0.0.1:2575.');
  if ((values.cert === undefined) !== (values.key === undefined)) {
    throw new UsageError('--cert and --key go together.');
  }
  const isTls = [values.tls, values.ca, values.cert].some((one) => one !== undefined);
  const tls = {
    ...(values.ca === undefined ? {} : { ca: await pem(values.ca) }),
    ...(values.cert === undefined ? {} : { cert: await pem(values.cert) }),
    ...(values.key === undefined ? {} : { key: await pem(values.key) }),
  };
  return {
    file,
    to: { host: to[1] ?? to[2] ?? '', port: Number(to[3]), ...(isTls ? { tls } : {}) },
    perSecond: numberOf('--rate', values.rate) ?? Number.POSITIVE_INFINITY,
    from: numberOf('--from', values.from) ?? 1,
    isPatient: values.wait ?? false,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        to: { type: 'string' },
        tls: { type: 'boolean' },
        ca: { type: 'string' },
        cert: { type: 'string' },
        key: { type: 'string' },
        rate: { type: 'string' },
        from: { type: 'string' },
        wait: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'The arguments cannot be read.');
  }
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number) || number <= 0) throw new UsageError(`${name} needs a number above 0.`);
  return number;
}

async function pem(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch {
    throw new UsageError(`${path} cannot be read.`);
  }
}

async function send(options: Options, terminal: Terminal): Promise<number> {
  const sender = createSteadySender(options.to, {
    isPatient: options.isPatient,
    signal: terminal.interrupted,
    onLost: (why) => terminal.err(`The connection is lost (${why}); it is made again.`),
  });
  const startedAt = performance.now();
  let sent = 0;
  let refused = 0;
  let line = options.from;
  const summary = (): string => {
    const seconds = (performance.now() - startedAt) / 1_000;
    const rate = Math.round(sent / Math.max(seconds, 0.001));
    return `${sent} messages sent, ${refused} refused, in ${seconds.toFixed(1)} s (${rate} a second)`;
  };
  const complain = (text: string): void => {
    refused += 1;
    terminal.out(printable(`line ${line}: ${text}`));
  };
  try {
    for await (const item of readHl7File(options.file)) {
      if (item.kind === 'envelope' || item.line < options.from) continue;
      line = item.line;
      if (item.kind === 'fault') {
        complain(item.text);
        continue;
      }
      await sender.pause((sent * 1_000) / options.perSecond - (performance.now() - startedAt));
      if (terminal.interrupted.aborted) throw new GaveUp('interrupted');
      if (item.isOpen) terminal.err(`line ${line}: the file ends within a line; something may be missing`);
      const header = readHeader(item.bytes);
      const controlId = header.ok ? header.value.controlId : '';
      const answers = await sender.exchange(item.bytes, answersExpected(item.bytes));
      sent += 1;
      const verdict = answers === 'unsendable' ? undefined : verdictOf(answers, controlId);
      if (verdict === undefined) complain('MLLP cannot carry it: it holds the byte 0x0B or 0x1C');
      else if (verdict.kind !== 'taken') complain(`${controlId} ${verdict.text}`);
      terminal.progress(summary());
    }
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error;
    terminal.err(printable(`${error.message}. Stopped before line ${line}; go on with --from ${line}`));
    terminal.err(summary());
    return 1;
  } finally {
    await sender.close();
  }
  terminal.err(summary());
  return refused > 0 || sent === 0 ? 1 : 0;
}
