import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auditVerifiers } from '#db/audit/audit-keys.ts';
import { chainedOrganisations } from '#db/audit/chain-reads.ts';
import { type ChainFault, type VerifiedChain, verifyChain } from '#db/audit/verify.ts';
import { connect } from '#db/connect.ts';
import { type KeyRing, parseKeyRing } from '#db/key-ring.ts';
import { type CliCommand, type Terminal, UsageError } from '../command-line.ts';

/** Holds the audit against its chain, beside the database: docs/operations.md says when, and what each fault means. */
export const auditVerify: CliCommand = {
  name: 'audit verify',
  usage:
    '[--org ORG] [--from TIME] [--to TIME] [--expect N:HASH] [--key-ring FILE | --no-key-ring] [--database URL]',
  summary:
    'Finds rows of the audit that were edited, taken away, put in or moved; the database is DATABASE_URL unless given',
  run: async (args, terminal) => run(readOptions(args, process.env), terminal),
};

interface Options {
  readonly databaseUrl: string;
  readonly org: string | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly expect: readonly { n: number; hash: Buffer }[];
  /** Undefined: nobody can say whose keys they are. */
  readonly keyRing: string | undefined;
}

/** The most faults that are told one by one. */
const mostTold = 1_000;

async function run(options: Options, terminal: Terminal): Promise<number> {
  const ring = options.keyRing === undefined ? undefined : await readKeyRing(options.keyRing);
  const sql = connect(options.databaseUrl, { role: 'carewall_relay', max: 1, name: 'carewall audit verify' });
  let faults = 0;
  const tell = (fault: ChainFault): void => {
    faults += 1;
    if (faults <= mostTold) terminal.out(lineOf(fault));
    if (faults === mostTold + 1) terminal.out('more faults are counted, and not told');
  };
  try {
    await sql.begin('isolation level repeatable read read only', async (snapshot) => {
      await snapshot`set local statement_timeout = '120s'`;
      const verifiers = await auditVerifiers(snapshot, ring);
      const orgs = options.org === undefined ? await chainedOrganisations(snapshot) : [options.org];
      for (const org of orgs) {
        if (terminal.interrupted.aborted) throw new UsageError('stopped before the end');
        const checked = await verifyChain({
          sql: snapshot,
          verifiers: new Map(
            // With no key ring their owner is taken on trust, and told.
            [...verifiers].map(([id, one]) => [id, ring === undefined ? { ...one, ours: true } : one]),
          ),
          ...options,
          org,
          onFault: tell,
          onProgress: ({ n, of }) => terminal.progress(`${nameOf(org)}: ${n} of ${of}`),
        });
        terminal.out(summaryOf(checked));
      }
      if (ring === undefined)
        terminal.err(
          `Without the key ring these keys are taken on trust: ${[...verifiers.keys()].join(', ')}`,
        );
    });
  } finally {
    await sql.end({ timeout: 2 });
  }
  terminal.out(
    faults === 0 ? 'No fault was found.' : `${faults} ${faults === 1 ? 'fault' : 'faults'} found.`,
  );
  return faults === 0 ? 0 : 1;
}

function lineOf({ org, kind, row, n, what }: ChainFault): string {
  const where = [
    nameOf(org),
    ...(row === undefined ? [] : [`row ${row}`]),
    ...(n === undefined ? [] : [`place ${n}`]),
  ];
  return `${kind.toUpperCase()} ${where.join(', ')}: ${what}`;
}

function summaryOf({ org, rows, checkpoints, first, last }: VerifiedChain): string {
  if (rows === 0) return `${nameOf(org)}: nothing is sealed here`;
  const kept = `--expect ${last.n}:${last.hash.toString('hex')}`;
  return `${nameOf(org)}: ${rows} rows from ${first} to ${last.n}, ${checkpoints} checkpoints; keep ${kept}`;
}

/** What nobody can be named for is no organisation's. */
function nameOf(org: string): string {
  return org === '' ? '(no organisation)' : org;
}

async function readKeyRing(file: string): Promise<KeyRing> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageError(
      `${file} cannot be read: give the key ring with --key-ring, or --no-key-ring to take the keys on trust`,
    );
  });
  return parseKeyRing(text, file);
}

function readOptions(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Options {
  const { values } = parsed(args);
  const databaseUrl = values.database ?? environment.DATABASE_URL;
  if (databaseUrl === undefined || databaseUrl === '')
    throw new UsageError('DATABASE_URL names no database, and --database gives none');
  if (values.expect !== undefined && values.org === undefined)
    throw new UsageError('--expect is about one chain: give --org too');
  const expect = (values.expect ?? []).map((text) => {
    const [, n, hash] = /^([1-9][0-9]{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
    if (n === undefined || hash === undefined) throw new UsageError(`${text} is not like 1200:9f86d0…`);
    return { n: Number(n), hash: Buffer.from(hash, 'hex') };
  });
  const here = environment.KEY_RING_FILE ?? join(environment.DATA_DIR ?? '.carewall', 'key-ring.json');
  return {
    databaseUrl,
    org: values.org,
    from: momentOf('--from', values.from),
    to: momentOf('--to', values.to),
    expect,
    keyRing: values['no-key-ring'] === true ? undefined : (values['key-ring'] ?? here),
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        org: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        expect: { type: 'string', multiple: true },
        database: { type: 'string' },
        'key-ring': { type: 'string' },
        'no-key-ring': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the arguments do not fit');
  }
}

function momentOf(name: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) throw new UsageError(`${name} is no time: ${text}`);
  return moment;
}
