import { parseArgs } from 'node:util';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { createCommandRunner } from '#db/command-runner.ts';
import { openDatabases } from '#db/databases.ts';
import { keyRingSourceOf, openKeyRing } from '#db/key-ring.ts';
import { newLink } from '#db/link-secrets.ts';
import { migrate } from '#db/migrate.ts';
import { createOrganisation } from '#db/network.ts';
import { stores } from '#db/stores/stores.ts';
import { createVault } from '#db/vault.ts';
import { type CliCommand, UsageError } from '../command-line.ts';

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and hyphens');
const url = z.string().refine((text) => URL.canParse(text), 'must be a URL');
const askedSchema = z.object({
  org: id,
  'org-name': z.string().trim().min(1).optional(),
  email: z.string().trim().toLowerCase().pipe(z.email('must be an email address')),
  name: z.string().trim().min(1),
  language: z.enum(['en', 'vi']),
});
const environmentSchema = z.object({
  DATABASE_URL: url,
  DATA_DIR: z.string().min(1).default('.carewall'),
  KEY_RING: z.string().optional(),
  KEY_RING_FILE: z.string().optional(),
  NODE_ENV: z.string().optional(),
  PUBLIC_URL: url,
});
const validDays = 7;

/**
 * Invites an organisation's administrator from beside the database, and makes the organisation where there is none: how the
 * first account of an installation comes to be. Nothing is mailed: whoever runs this hands the link over.
 */
export const adminInvite: CliCommand = {
  name: 'admin invite',
  usage: '--org ID [--org-name NAME] --email ADDRESS --name NAME [--language en|vi]',
  summary:
    'Prints a link with which an administrator makes an account; reads DATABASE_URL, PUBLIC_URL and where the key ring is, as a server does',
  async run(args, terminal) {
    const asked = read(askedSchema, options(args));
    const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
    const environment = read(environmentSchema, given);
    const { org, email, name, language } = asked;

    await migrate(environment.DATABASE_URL);
    const databases = openDatabases(environment.DATABASE_URL, { appConnections: 2 });
    try {
      const ring = await openKeyRing(keyRingSourceOf(environment));
      const named = asked['org-name'];
      const known = await databases.identity`select id from carewall.organisations where id = ${org}`;
      if (known.length === 0) {
        if (named === undefined) throw new UsageError(`there is no organisation ${org}: say its --org-name`);
        await createOrganisation(databases.identity, { id: org, name: named });
        terminal.err(`The organisation ${org} is made.`);
      }
      const commands = createCommandRunner({
        sql: databases.app,
        stores,
        keys: { vault: createVault(databases.vault, ring), ring },
        onCommit: () => undefined,
      });
      const invitation = crypto.randomUUID();
      const outcome = await commands.run(
        { principal: { kind: 'system', id: 'operator', org, name: 'Operator' }, session: undefined },
        {
          id: uuidv7(),
          type: 'account.invite',
          data: { invitation, email, name, language, roles: [{ role: 'admin', place: org }] },
        },
      );
      if (!outcome.ok) {
        terminal.err(`It was not done: ${outcome.error.message}.`);
        return 1;
      }
      const subject = { org, purpose: 'invitation', about: invitation } as const;
      const secret = await newLink(databases.identity, subject, validDays * 24 * 60);
      terminal.err(`Whoever opens this link within ${validDays} days becomes an administrator of ${org}:`);
      terminal.out(`${environment.PUBLIC_URL.replace(/\/+$/, '')}/join#${secret}`);
      return 0;
    } finally {
      await databases.end();
    }
  },
};

function options(args: readonly string[]): Record<string, unknown> {
  try {
    return parseArgs({
      args: [...args],
      options: {
        org: { type: 'string' },
        'org-name': { type: 'string' },
        email: { type: 'string' },
        name: { type: 'string' },
        language: { type: 'string', default: 'en' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the arguments are not understood');
  }
}

function read<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new UsageError(
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
  );
}
