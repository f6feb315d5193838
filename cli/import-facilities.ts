import { setMaxListeners } from 'node:events';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Instant, instantOf } from '#domain/instant.ts';
import { ccmMap } from './ccm-map.ts';
import { type CliCommand, type Terminal, UsageError } from './command-line.ts';
import { openCsv } from './csv-rows.ts';
import { columnsOf, readFacilityMap } from './facility-map.ts';
import { progressLine, summaryOf } from './import-progress.ts';
import { type ImportEnd, importFacilities } from './import-run.ts';
import { readPassword } from './password.ts';
import { openRefusedRows } from './refused-rows.ts';
import { type ServerSession, SessionError, signIn } from './server-session.ts';

/** Registers the facilities of a CSV file at a server, as somebody who may: docs/import.md says how. */
export const importFacilitiesCommand: CliCommand = {
  name: 'import facilities',
  usage:
    'FILE.csv --as-of DATE [--map MAP.json] [--url URL] [--email EMAIL] [--refused FILE] [--from-line N] [--concurrency N] [--patience SECONDS] [--dry-run]',
  summary:
    'Registers the facilities of a file, with what they have to give; the password is CAREWALL_PASSWORD, or asked for',
  run: async (args, terminal) => run(readOptions(args, process.env), terminal, process.env),
};

type Environment = Readonly<Record<string, string | undefined>>;
type Options = ReturnType<typeof readOptions>;

async function run(options: Options, terminal: Terminal, environment: Environment): Promise<number> {
  const map = options.map === undefined ? ccmMap : await readFacilityMap(options.map);
  const file = await openCsv(options.file, columnsOf(map));
  const session = options.dryRun ? undefined : await enter(options, terminal, environment);
  if (session instanceof SessionError) {
    terminal.err(session.message);
    return 1;
  }
  const refused = await openRefusedRows(options.refused, terminal);
  // Whatever is on its way listens for the end.
  setMaxListeners(2 * options.concurrency, terminal.interrupted);
  const began = Date.now();
  let shownAt = 0;
  let end: ImportEnd;
  try {
    end = await importFacilities({
      ...options,
      map,
      session,
      rows: file.rows,
      interrupted: terminal.interrupted,
      onRefused: refused.add,
      onProgress(tally) {
        const now = Date.now();
        if (now - shownAt < 100) return;
        shownAt = now;
        terminal.progress(progressLine(tally, { share: file.read(), elapsedMs: now - began }));
      },
    });
  } finally {
    await refused.end();
    await session?.signOut();
  }
  terminal.out(summaryOf(end.tally, Date.now() - began));
  if (end.resumeAt !== undefined) {
    terminal.err(
      `Stopped before line ${end.resumeAt}: ${end.why}. To go on, give the same command with --from-line ${end.resumeAt}, or again as it was: what is there already stays as it is.`,
    );
  }
  return end.resumeAt === undefined && end.tally.refused === 0 ? 0 : 1;
}

async function enter(
  { url, email, patienceMs, concurrency }: Options,
  terminal: Terminal,
  environment: Environment,
): Promise<ServerSession | SessionError> {
  if (url.protocol === 'http:' && !isHere(url)) {
    terminal.err(`${url.origin} is not encrypted: the password can be read on the way.`);
  }
  const password = await readPassword(environment, `Password of ${email} at ${url.origin}: `);
  try {
    return await signIn({ url, email, password, patienceMs, connections: concurrency });
  } catch (error) {
    if (error instanceof SessionError) return error;
    throw error;
  }
}

function isHere({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}

function readOptions(args: readonly string[], environment: Environment) {
  const { values, positionals } = parsed(args);
  const faults: string[] = [];
  const whole = (name: string, text: string | undefined, usual: number, most: number) => {
    const read = z.coerce
      .number()
      .int()
      .min(1)
      .max(most)
      .safeParse(text ?? usual);
    if (!read.success) faults.push(`--${name} must be a whole number from 1 to ${most}`);
    return read.data ?? usual;
  };
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) faults.push('name one file');
  const asOf = readMoment(values['as-of']);
  if (asOf === undefined) faults.push('--as-of must be a date such as 2020-04-01');
  const dryRun = values['dry-run'] === true;
  const email = values.email ?? environment.CAREWALL_EMAIL ?? '';
  if (email === '' && !dryRun) faults.push('--email, or CAREWALL_EMAIL, must say who imports');
  const address = values.url ?? environment.CAREWALL_URL ?? 'http://127.0.0.1:4000';
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) faults.push('--url must be an http or https URL');
  const options = {
    file: file ?? '',
    asOf: asOf ?? '',
    url: url ?? new URL('http://127.0.0.1'),
    email,
    dryRun,
    map: values.map,
    refused: values.refused,
    fromLine: whole('from-line', values['from-line'], 1, 1_000_000_000),
    concurrency: whole('concurrency', values.concurrency, 12, 32),
    patienceMs: whole('patience', values.patience, 120, 86_400) * 1_000,
  };
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return options;
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        'as-of': text,
        map: text,
        url: text,
        email: text,
        refused: text,
        'from-line': text,
        concurrency: text,
        patience: text,
        'dry-run': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the options cannot be read');
  }
}

/** A day, from its beginning in UTC, or a moment. */
function readMoment(text: string | undefined): Instant | undefined {
  const moment = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).safeParse(text);
  if (!moment.success) return undefined;
  const ms = Date.parse(moment.data);
  return Number.isNaN(ms) ? undefined : instantOf(ms);
}
