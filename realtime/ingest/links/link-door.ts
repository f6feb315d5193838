import { type Context, Hono } from 'hono';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { insertAudit, noOrganisation } from '#db/audit.ts';
import type { CommandRunner } from '#db/command-runner.ts';
import { type HeldLink, linkAccountOf, linkBySecret, sessionOfLink } from '#db/count-link-sessions.ts';
import { hashOfLinkSecret, readLinkAsks } from '#db/count-links.ts';
import type { Databases } from '#db/databases.ts';
import type { KeyRing } from '#db/key-ring.ts';
import { isLive } from '#domain/count-links/states.ts';
import { type ErrorCode, type Refusal, refuse } from '#domain/errors.ts';
import { problem } from '../../http/problem.ts';
import { readJson } from '../../http/read-json.ts';
import { createKeyedBuckets } from '../../limits.ts';
import { addressBlock } from '../../session/address-block.ts';
import { createSharedLimit } from '../../shared-limit.ts';
import { openLinkSchema, submitLinkSchema } from './link-messages.ts';

export interface LinkDoorOptions {
  readonly databases: Pick<Databases, 'app' | 'identity'>;
  readonly commands: CommandRunner;
  readonly ring: KeyRing;
  /** This node's, and the database's for what is counted there, where it is left out. */
  readonly clock?: () => number;
  readonly onRefusal: (code: ErrorCode) => void;
}

/** What an address may try in an hour, on all nodes together: secrets that open nothing, and counts that it gives. */
const triesAnHour = 5;
const hourMs = 3_600_000;
const mostAddresses = 20_000;
const looksAgainMs = 1_000;
/** Longer than any answer about twelve levels of care. */
const mostBytes = 8 * 1024;

const clientSchema = z.object({ address: z.string() });

/** The one answer to a secret that opens nothing, whether it is misspelt, made up or forgotten. */
const unknown = refuse('not_found', 'this link is not valid');
const tooManyTries = refuse('rate_limited', 'too many tries from this address; try again later');
const noStore = { 'cache-control': 'no-store' };

/**
 * Where those who were sent a link look at what it asks, and answer. The secret comes in the body of a POST: what merely
 * follows links, as scanners of mail do, opens nothing, and looking uses nothing up.
 */
export function createLinkDoor(options: LinkDoorOptions): Hono {
  const { databases, commands, ring, clock, onRefusal } = options;
  const { app, identity } = databases;
  const now = clock ?? Date.now;
  const looks = createKeyedBuckets(60, 1, { most: mostAddresses, clock: now });
  const tries = createSharedLimit({
    sql: identity,
    ring,
    name: 'count link',
    atOnce: triesAnHour,
    everyMs: hourMs / triesAnHour,
    clock,
  });
  const answered = new Set<string>();
  const door = new Hono();

  function refused(refusal: Refusal): Response {
    onRefusal(refusal.code);
    return problem(refusal, noStore);
  }

  function tooMany(waitMs: number): Response {
    onRefusal(tooManyTries.code);
    return problem(tooManyTries, { ...noStore, 'retry-after': String(Math.ceil(waitMs / 1000)) });
  }

  async function audit(
    context: Context,
    held: HeldLink | undefined,
    action: string,
    outcome: 'ok' | ErrorCode,
  ): Promise<void> {
    await insertAudit(identity, {
      org: held?.org ?? noOrganisation,
      principal:
        held === undefined
          ? { kind: 'service', id: 'unknown', name: 'Unknown' }
          : { kind: 'service', id: linkAccountOf(held.org, held.contact), name: held.name },
      action,
      outcome,
      ...(held === undefined ? {} : { details: { link: held.link } }),
      client: {
        address: clientSchema.parse(context.env).address,
        userAgent: context.req.header('user-agent')?.slice(0, 256),
      },
    });
  }

  async function find(secret: string): Promise<HeldLink | undefined> {
    // Whatever it looks like, it is looked for: what is no secret takes as long as one that opens nothing.
    const held = await linkBySecret(identity, hashOfLinkSecret(secret));
    return /^[0-9a-f]{64}$/.test(secret) ? held : undefined;
  }

  async function unknownSecret(
    context: Context,
    action: string,
    block: string | undefined,
  ): Promise<Response> {
    const waitMs = block === undefined ? undefined : await tries.take(block);
    if (waitMs !== undefined) return tooMany(waitMs);
    await audit(context, undefined, action, unknown.code);
    return refused(unknown);
  }

  door.post('/count-links/open', async (context) => {
    const block = addressBlock(clientSchema.parse(context.env).address);
    if (!looks.take(block)) return tooMany(looksAgainMs);
    const tooLong = excess(context);
    if (tooLong !== undefined) return refused(tooLong);
    const read = await readJson(context.req.raw, openLinkSchema);
    if (!read.ok) return refused(read.error);
    const held = await find(read.data.token);
    const asks = held && (await readLinkAsks(app, held.org, held.link));
    if (held === undefined || asks === undefined) return unknownSecret(context, 'count-link.open', block);

    await audit(context, held, 'count-link.open', 'ok');
    const { link, facility, zone, counts } = asks;
    const { status, validUntil, submittedAt } = link;
    // Whoever holds the secret may know why it is of no use any more.
    if (!isLive(link) || now() > Date.parse(validUntil)) {
      const why = isLive(link) ? 'expired' : status;
      return context.json({ state: why, facility, zone, at: submittedAt ?? validUntil }, 200, noStore);
    }
    if (link.openedAt === undefined) {
      const principal = { kind: 'system' as const, id: 'carewall', org: held.org, name: 'Carewall' };
      await commands.run(
        { principal, session: undefined },
        { id: uuidv7(), type: 'link.open', data: { link: link.id } },
      );
    }
    return context.json({ state: 'open', facility, zone, validUntil, levels: counts }, 200, noStore);
  });

  door.post('/count-links/submit', async (context) => {
    const block = addressBlock(clientSchema.parse(context.env).address);
    if (!looks.take(block)) return tooMany(looksAgainMs);
    const tooLong = excess(context);
    if (tooLong !== undefined) return refused(tooLong);
    const read = await readJson(context.req.raw, submitLinkSchema);
    if (!read.ok) return refused(read.error);
    const { token: secret, id, levels } = read.data;
    const held = await find(secret);
    // An answer that was lost on its way is asked for again, and counts once.
    const same = held !== undefined && answered.has(`${held.link} ${id}`);
    const waitMs = same ? undefined : await tries.take(block);
    if (waitMs !== undefined) return tooMany(waitMs);
    if (held === undefined) return unknownSecret(context, 'count-link.submit', undefined);

    const actor = await sessionOfLink(identity, held);
    const outcome = await commands.run(actor, { id, type: 'link.submit', data: { link: held.link, levels } });
    await audit(context, held, 'count-link.submit', outcome.ok ? 'ok' : outcome.error.code);
    remember(answered, `${held.link} ${id}`);
    if (outcome.ok) return context.json({ saved: true }, 200, noStore);
    const { code } = outcome.error;
    // Its session ends with its time.
    return refused(
      code === 'unauthenticated' ? refuse('gone', 'the time of this link is over') : outcome.error,
    );
  });

  return door;
}

function excess(context: Context): Refusal | undefined {
  const length = Number(context.req.header('content-length') ?? 0);
  return length > mostBytes ? refuse('too_large', 'the body is too long') : undefined;
}

function remember(set: Set<string>, key: string): void {
  set.add(key);
  const [oldest] = set;
  if (set.size > 10_000 && oldest !== undefined) set.delete(oldest);
}
