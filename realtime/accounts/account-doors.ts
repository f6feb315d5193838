import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { accountById } from '#db/accounts.ts';
import { readLink, spendLink } from '#db/link-secrets.ts';
import {
  askForReset,
  auditAtDoor,
  auditRefusedLink,
  forgetRequest,
  keepRequest,
  organisationFor,
  readInvitation,
  readRequest,
  resetPassword,
  saidSchema,
  setFirstPassword,
  tellOfAccount,
} from '#db/registration.ts';
import { addressBlock } from '#domain/address-block.ts';
import { refuse } from '#domain/errors.ts';
import { passwordFault } from '#domain/identity/password-rules.ts';
import { clientOf } from '../http/client-of.ts';
import { problem, tooManyRequests } from '../http/problem.ts';
import { readJson } from '../http/read-json.ts';
import type { PartContext } from '../part.ts';
import type { DoorLimits } from './door-limits.ts';

const secret = z.string().min(1).max(200);
const email = z.string().trim().toLowerCase().min(3).max(254);
const password = z.string().min(1).max(1024);
const name = z.string().trim().min(1).max(120);
const language = z.enum(['en', 'vi']);

const bodies = {
  request: saidSchema.extend({ organisation: z.string().max(64).optional() }).strict(),
  token: z.strictObject({ token: secret }),
  accept: z.strictObject({ token: secret, name, language, password }),
  reset: z.strictObject({ email }),
  newPassword: z.strictObject({ token: secret, password }),
} as const;

/** One answer to every link that cannot be used, whatever is wrong with it. */
const ended = () => problem(refuse('gone', 'this link is not valid any more; ask for another'));

/**
 * The doors before sign-in: asking for an account, accepting an invitation, forgotten passwords. Who asks for a letter is
 * answered before anything is looked up: neither words nor time tell whether there is such an account.
 */
export function createAccountDoors(
  context: PartContext,
  limits: DoorLimits,
  inBackground: (work: () => Promise<void>) => void,
): Hono {
  const { databases, vault, commands, session } = context;
  const sqlIdentity = databases.identity;
  const keeping = { sqlIdentity, vault };
  const doors = new Hono();

  const carewall = (org: string) => ({
    principal: { kind: 'system' as const, id: 'carewall', org, name: 'Carewall' },
    session: undefined,
  });

  /** A password's hash, or the answer to one that cannot be taken. */
  async function hashed(typed: string, owner: string): Promise<{ hash: string } | { answer: Response }> {
    const fault = passwordFault(typed, owner);
    if (fault !== undefined) {
      const issue = { path: 'password', message: fault };
      return { answer: problem(refuse('invalid', 'this password cannot be taken', [issue])) };
    }
    try {
      return { hash: await session.hashPassword(typed) };
    } catch {
      return { answer: problem(refuse('unavailable', 'too many ask at once; try again')) };
    }
  }

  doors.post('/account-requests', async (asked) => {
    const read = await readJson(asked.req.raw, bodies.request);
    if (!read.ok) return problem(read.error);
    const { organisation, ...said } = read.data;
    const client = clientOf(asked);
    if (!(await limits.mayWrite(addressBlock(client.address), said.email))) return tooManyRequests();
    inBackground(async () => {
      if (await tellOfAccount(sqlIdentity, said.email)) return;
      const org = await organisationFor(sqlIdentity, said.email, organisation);
      if (org === undefined) return;
      const id = crypto.randomUUID();
      await keepRequest(keeping, org, id, said);
      await auditAtDoor(sqlIdentity, org, { purpose: 'request', id }, 'account.ask', client);
    });
    return asked.json({ status: 'asked' }, 202);
  });

  doors.post('/account-requests/verify', async (asked) => {
    const link = await linked(asked, 'request', bodies.token);
    if ('answer' in link) return link.answer;
    const { org, about: request } = link.about;
    const kept = await readRequest(keeping, org, request);
    if (kept === undefined) return ended();
    const outcome = await commands.run(carewall(org), {
      id: crypto.randomUUID(),
      type: 'request.enter',
      data: { request, ...kept.said, askedAt: kept.askedAt },
    });
    if (!outcome.ok) return problem(outcome.error);
    await spendLink(sqlIdentity, 'request', link.data.token);
    await forgetRequest(sqlIdentity, org, request);
    await auditAtDoor(
      sqlIdentity,
      org,
      { purpose: 'request', id: request },
      'account.verify',
      clientOf(asked),
    );
    return asked.json({ status: 'waiting' });
  });

  doors.post('/invitations/open', async (asked) => {
    const link = await linked(asked, 'invitation', bodies.token);
    if ('answer' in link) return link.answer;
    const found = await readInvitation(keeping, link.about.org, link.about.about);
    if (found === undefined) return ended();
    const { account: _made, ...shown } = found;
    return asked.json(shown);
  });

  doors.post('/invitations/accept', async (asked) => {
    const link = await linked(asked, 'invitation', bodies.accept);
    if ('answer' in link) return link.answer;
    const { org, about: invitation } = link.about;
    const found = await readInvitation(keeping, org, invitation);
    if (found === undefined) return ended();
    const made = await hashed(link.data.password, found.email);
    if ('answer' in made) return made.answer;
    // An account without a password is no harm: whoever comes again with the same link goes on from there.
    const outcome = await commands.run(carewall(org), {
      id: crypto.randomUUID(),
      type: 'invitation.accept',
      data: {
        invitation,
        account: crypto.randomUUID(),
        name: link.data.name,
        language: link.data.language,
      },
    });
    if (!outcome.ok) return outcome.error.code === 'gone' ? ended() : problem(outcome.error);
    const { account } = z.object({ account: z.string() }).parse(outcome.result);
    const set = await setFirstPassword(sqlIdentity, {
      secret: link.data.token,
      account,
      passwordHash: made.hash,
      client: clientOf(asked),
    });
    return set ? asked.json({ email: found.email }, 201) : ended();
  });

  doors.post('/password-resets', async (asked) => {
    const read = await readJson(asked.req.raw, bodies.reset);
    if (!read.ok) return problem(read.error);
    const client = clientOf(asked);
    if (!(await limits.mayWrite(addressBlock(client.address), read.data.email))) return tooManyRequests();
    inBackground(() => askForReset(sqlIdentity, read.data.email, client));
    return asked.json({ status: 'asked' }, 202);
  });

  doors.post('/password-resets/complete', async (asked) => {
    const link = await linked(asked, 'password', bodies.newPassword);
    if ('answer' in link) return link.answer;
    const owner = await accountById(sqlIdentity, link.about.about);
    const made = await hashed(link.data.password, owner?.email ?? '');
    if ('answer' in made) return made.answer;
    const done = await resetPassword(sqlIdentity, {
      secret: link.data.token,
      passwordHash: made.hash,
      client: clientOf(asked),
    });
    return done ? asked.json({ status: 'changed' }) : ended();
  });

  doors.post('/email-changes/confirm', async (asked) => {
    const link = await linked(asked, 'email', bodies.token);
    if ('answer' in link) return link.answer;
    const { org, about: account } = link.about;
    const outcome = await commands.run(carewall(org), {
      id: crypto.randomUUID(),
      type: 'profile.confirm-email',
      data: { account },
    });
    if (!outcome.ok) return outcome.error.code === 'unavailable' ? problem(outcome.error) : ended();
    await spendLink(sqlIdentity, 'email', link.data.token);
    return asked.json({ status: 'changed' });
  });

  /** What a link is about, or the answer to whoever brings none. Guesses are counted by address. */
  async function linked<S extends z.ZodType<{ token: string }>>(
    asked: Context,
    purpose: Parameters<typeof readLink>[1],
    schema: S,
  ): Promise<{ data: z.output<S>; about: { org: string; about: string } } | { answer: Response }> {
    const read = await readJson(asked.req.raw, schema);
    if (!read.ok) return { answer: problem(read.error) };
    if (!limits.mayTry(addressBlock(clientOf(asked).address))) return { answer: tooManyRequests() };
    const about = await readLink(sqlIdentity, purpose, read.data.token);
    if (about !== undefined) return { data: read.data, about };
    await auditRefusedLink(sqlIdentity, purpose, clientOf(asked));
    return { answer: ended() };
  }

  return doors;
}
