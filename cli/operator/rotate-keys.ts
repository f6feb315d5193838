import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { connect, type DatabaseRole } from '#db/connect.ts';
import { startEmbeddedPostgres } from '#db/embedded/embedded-postgres.ts';
import { makeKeyRing, openKeyRing } from '#db/key-ring.ts';
import { migrate } from '#db/migrate.ts';
import { rotateKeyRing } from '#db/ring-rotation.ts';
import { rotateSigningKeys } from '#db/signing-keys.ts';
import { type CliCommand, type Terminal, UsageError } from '../command-line.ts';

/** Exchanges the keys of an installation while it serves: docs/operations.md says when and how. */
export const rotateKeysCommand: CliCommand = {
  name: 'rotate-keys',
  usage: '[--tokens [--lead SECONDS] | --new] [--file KEY_RING.json] [--wait SECONDS]',
  summary:
    'Exchanges the key of the key ring, or the key that signs tokens, beside DATABASE_URL; --new makes a first key ring',
  run: (args, terminal) => run(readOptions(args, process.env), terminal),
};

const seconds = z.coerce.number().int().min(0).max(86_400);
const optionsSchema = z.object({ lead: seconds, wait: seconds });
type Options = ReturnType<typeof readOptions>;

function readOptions(args: readonly string[], environment: Readonly<Record<string, string | undefined>>) {
  const values = parsed(args);
  if (values.new && values.tokens) throw new UsageError('Either --new or --tokens.');
  const numbers = optionsSchema.safeParse({ lead: values.lead, wait: values.wait });
  if (!numbers.success) throw new UsageError('--lead and --wait are whole seconds.');
  const dataDir = environment.DATA_DIR || '.carewall';
  return {
    ...numbers.data,
    tokens: values.tokens,
    fresh: values.new,
    dataDir,
    file: values.file ?? (environment.KEY_RING_FILE || join(dataDir, 'key-ring.json')),
    fromEnvironment: values.file === undefined && Boolean(environment.KEY_RING),
    text: environment.KEY_RING || undefined,
    databaseUrl: environment.DATABASE_URL || undefined,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        file: { type: 'string' },
        lead: { type: 'string', default: '120' },
        wait: { type: 'string', default: '60' },
        new: { type: 'boolean', default: false },
        tokens: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'The arguments are not understood.');
  }
}

async function run(options: Options, terminal: Terminal): Promise<number> {
  try {
    if (options.fresh) return await makeNew(options, terminal);
    return options.tokens ? await rotateTokens(options, terminal) : await rotateRing(options, terminal);
  } catch (error) {
    terminal.err(error instanceof Error ? error.message : 'It could not be done.');
    return 1;
  }
}

async function makeNew({ file }: Options, terminal: Terminal): Promise<number> {
  const made = await makeKeyRing(file);
  if (made) terminal.out(`${file} is made. Keep a copy of it apart from the database.`);
  else terminal.err(`${file} is there already, and stays as it is.`);
  return made ? 0 : 1;
}

async function rotateRing(options: Options, terminal: Terminal): Promise<number> {
  if (options.fromEnvironment) {
    terminal.err(
      'The key ring is in KEY_RING, which cannot be written: put it into a file and name that with --file. After each step the nodes want what stands in it then.',
    );
    return 2;
  }
  return withDatabase(options, 'carewall_keys', async (sql) => {
    const { file, wait } = options;
    const outcome = await rotateKeyRing({
      sql,
      file,
      waitMs: wait * 1_000,
      say: (line) => terminal.out(line),
    });
    return outcome === 'done' ? 0 : 1;
  });
}

async function rotateTokens(options: Options, terminal: Terminal): Promise<number> {
  const { file, text, fromEnvironment, lead } = options;
  const source = fromEnvironment && text !== undefined ? { text } : { file, make: false };
  const ring = await openKeyRing(source);
  return withDatabase(options, 'carewall_identity', async (sql) => {
    const id = await rotateSigningKeys(sql, ring, lead);
    terminal.out(
      `The key ${id} is published, and signs in ${lead} s. The one before verifies until its last token has run out.`,
    );
    return 0;
  });
}

async function withDatabase(
  { databaseUrl, dataDir }: Options,
  role: DatabaseRole,
  work: (sql: ReturnType<typeof connect>) => Promise<number>,
): Promise<number> {
  // The embedded database runs with its server alone: this starts it where that is stopped, and is refused where it is not.
  const embedded = databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir }) : undefined;
  const url = databaseUrl ?? embedded?.url ?? '';
  try {
    await migrate(url);
    const sql = connect(url, { role, max: 2, name: 'carewall rotate-keys' });
    return await work(sql).finally(() => sql.end({ timeout: 2 }));
  } finally {
    await embedded?.stop();
  }
}
