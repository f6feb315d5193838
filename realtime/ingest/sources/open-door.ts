import { Hono } from 'hono';
import { v7 as uuidv7 } from 'uuid';
import type { CommandRunner } from '#db/command-runner.ts';
import type { Database } from '#db/connect.ts';
import { readKeptMessage } from '#db/quarantine.ts';
import type { Vault } from '#db/vault.ts';
import { type Refusal, refuse } from '#domain/errors.ts';
import { idSchema } from '#domain/topic.ts';
import { type Authenticated, authenticated } from '../../http/authenticate.ts';
import { problem } from '../../http/problem.ts';
import type { Identified } from '../../rooms/connection.ts';
import { decodeText } from '../hl7/character-set.ts';
import { readHeader } from '../hl7/header.ts';

export interface OpenDoorOptions {
  readonly app: Database;
  readonly vault: Vault;
  readonly commands: CommandRunner;
  readonly authenticate: (token: string) => Promise<Identified | Refusal>;
}

/**
 * The door through which the content of a kept message is seen: `POST /quarantine/{entry}/open`. Opening is a command
 * of whoever asks: their right is read, and the audit row written, before anything is shown.
 */
export function createOpenDoor({ app, vault, commands, authenticate }: OpenDoorOptions): Hono {
  const door = new Hono<Authenticated>();
  door.post('/quarantine/:entry/open', authenticated(authenticate), async (context) => {
    context.header('cache-control', 'no-store');
    const entry = idSchema.safeParse(context.req.param('entry'));
    if (!entry.success) return problem(refuse('not_found', 'there is no such message'));
    const { principal, session } = context.get('identified');
    const outcome = await commands.run(
      { principal, session },
      { id: uuidv7(), type: 'quarantine.open', data: { entry: entry.data } },
    );
    if (!outcome.ok) return problem(outcome.error, { 'cache-control': 'no-store' });
    const bytes = await readKeptMessage({ app, vault }, principal.org, entry.data);
    if (bytes === undefined) return problem(refuse('gone', 'its content is destroyed'));
    return context.json({ segments: segmentsOf(bytes) });
  });
  return new Hono().route('/', door);
}

/** The lines of a message in the characters it says it is in, as far as they can be read at all. */
function segmentsOf(bytes: Buffer): string[] {
  const header = readHeader(bytes);
  const characterSet = header.ok ? header.value.characterSet : undefined;
  const text = (characterSet && decodeText(bytes, characterSet)) ?? bytes.toString('latin1');
  return text.split(/[\r\n]+/).filter((line) => line !== '');
}
