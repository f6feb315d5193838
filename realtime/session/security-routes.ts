import { type Context, Hono } from 'hono';
import { z } from 'zod';
import type { Database } from '#db/connect.ts';
import { factorsOf } from '#db/factors.ts';
import { endSessionsOf, markActive, sessionsOf, type WhichSessions } from '#db/session-list.ts';
import { type Refusal, refuse } from '#domain/errors.ts';
import { sourceOf } from '#domain/source.ts';
import type { Authenticated } from '../http/authenticate.ts';
import { problem } from '../http/problem.ts';
import { readJson } from '../http/read-json.ts';
import type { Enrolment } from './enrolment.ts';
import { proofSchema } from './proofs.ts';
import { attestationSchema, type RelyingParty } from './relying-party.ts';
import type { SessionCookies } from './session-cookies.ts';
import { challengeSchema } from './session-routes.ts';
import { audited, type SignInRefusal } from './sign-in.ts';
import type { Person, StepUp } from './step-up.ts';

export interface SecurityRoutesOptions {
  readonly sql: Database;
  readonly stepUp: StepUp;
  readonly enrolment: Enrolment;
  readonly relyingParty: RelyingParty;
  readonly cookies: SessionCookies;
  /** Called when sessions were ended here: the other nodes had better know soon. */
  readonly onEnded: () => void;
}

const name = z.string().trim().min(1).max(60);
const totpSchema = z.strictObject({ challenge: challengeSchema, code: z.string().max(32), name });
const passkeySchema = z.strictObject({ challenge: challengeSchema, response: attestationSchema, name });
const passwordProofSchema = z.strictObject({
  method: z.literal('password'),
  password: z.string().min(1).max(1024),
});
const stepUpSchema = z.looseObject({ challenge: challengeSchema });
const againSchema = z.union([passwordProofSchema, proofSchema]);
const id = z.uuid();

const notAPerson = refuse('forbidden', 'this is for people who have signed in themselves');
const notAnAdmin = refuse('forbidden', 'this is for an administrator of the organisation');
const noSession = refuse('not_found', 'there is no such session');

/** What somebody who is signed in does about their own security; and an administrator about others'. */
export function createSecurityRoutes(options: SecurityRoutesOptions): Hono<Authenticated> {
  const { sql, stepUp, enrolment, relyingParty, cookies, onEnded } = options;
  const routes = new Hono<Authenticated>();
  type Asked = Context<Authenticated>;

  /** Does something as the person who asks. A wall, a key or a link has no security of its own to look after. */
  async function asPerson(context: Asked, work: (person: Person) => Promise<Response>): Promise<Response> {
    const { principal, session } = context.get('identified');
    const narrowed = principal.grants.some(({ only }) => only !== undefined);
    return principal.kind !== 'person' || narrowed ? problem(notAPerson) : work({ principal, session });
  }

  /** The same for what somebody must have proved again to be there. */
  function asProved(context: Asked, work: (person: Person) => Promise<Response>): Promise<Response> {
    return asPerson(context, async (person) => {
      const needed = await stepUp.needed(person);
      return needed === undefined ? work(person) : problem(needed);
    });
  }

  /** The same for an administrator of the whole organisation: an account is nowhere below it. */
  function asAdmin(context: Asked, work: (person: Person) => Promise<Response>): Promise<Response> {
    return asPerson(context, async (person) => {
      const { grants, org } = person.principal;
      return grants.some(({ role, place }) => role === 'admin' && place === org)
        ? work(person)
        : problem(notAnAdmin);
    });
  }

  async function end(
    context: Asked,
    person: Person,
    account: string,
    which: WhichSessions,
  ): Promise<Response> {
    const { principal, session } = person;
    const by = { principal: sourceOf(principal), session, client: audited(cookies.client(context)) };
    const ended = await endSessionsOf(sql, { org: principal.org, account }, which, by);
    if (ended > 0) onEnded();
    if (ended === 0 && which !== 'all' && 'only' in which) return problem(noSession);
    return context.json({ ended });
  }

  routes.post('/session/active', (context) =>
    asPerson(context, async ({ session }) => {
      await markActive(sql, session);
      return context.body(null, 204);
    }),
  );

  routes.post('/session/step-up/options', (context) =>
    asPerson(context, async (person) => context.json(await stepUp.ask(person))),
  );

  routes.post('/session/step-up', (context) =>
    asPerson(context, async (person) => {
      const read = await readJson(context.req.raw, stepUpSchema);
      if (!read.ok) return problem(read.error);
      const { challenge, ...rest } = read.data;
      const proof = againSchema.safeParse(rest);
      if (!proof.success) return problem(refuse('invalid', 'the proof does not have the right shape'));
      return answered(context, await stepUp.prove(person, challenge, proof.data, cookies.client(context)));
    }),
  );

  routes.get('/me/security', (context) =>
    asPerson(context, async (person) => {
      const factors = await factorsOf(sql, person.principal.id);
      const steppedUp = (await stepUp.needed(person)) === undefined;
      return context.json({ ...factors, steppedUp, passkeysPossible: relyingParty.isNamed() });
    }),
  );

  routes.post('/me/factors/totp/options', (context) =>
    asProved(context, async (person) => answered(context, await enrolment.beginTotp(person))),
  );
  routes.post('/me/factors/totp', (context) =>
    asProved(context, async (person) => {
      const read = await readJson(context.req.raw, totpSchema);
      if (!read.ok) return problem(read.error);
      return answered(context, await enrolment.addTotp(person, read.data, cookies.client(context)));
    }),
  );
  routes.post('/me/factors/passkey/options', (context) =>
    asProved(context, async (person) => answered(context, await enrolment.beginPasskey(person))),
  );
  routes.post('/me/factors/passkey', (context) =>
    asProved(context, async (person) => {
      const read = await readJson(context.req.raw, passkeySchema);
      if (!read.ok) return problem(read.error);
      return answered(context, await enrolment.addPasskey(person, read.data, cookies.client(context)));
    }),
  );
  routes.post('/me/factors/backup-codes', (context) =>
    asProved(context, async (person) =>
      answered(context, await enrolment.makeBackupCodes(person, cookies.client(context))),
    ),
  );
  for (const kind of ['totp', 'passkey'] as const) {
    routes.delete(`/me/factors/${kind}/:id`, (context) =>
      asProved(context, async (person) => {
        const factor = id.safeParse(context.req.param('id'));
        if (!factor.success) return problem(refuse('not_found', 'there is no such factor'));
        const refusal = await enrolment.remove(person, { kind, id: factor.data }, cookies.client(context));
        return refusal === undefined ? context.body(null, 204) : problem(refusal);
      }),
    );
  }

  routes.get('/me/sessions', (context) =>
    asPerson(context, async ({ principal, session }) => {
      const sessions = await sessionsOf(sql, { org: principal.org, account: principal.id });
      return context.json({ sessions: sessions.map((one) => ({ ...one, current: one.id === session })) });
    }),
  );
  routes.delete('/me/sessions', (context) =>
    asPerson(context, (person) => end(context, person, person.principal.id, { but: person.session })),
  );
  routes.delete('/me/sessions/:id', (context) =>
    asPerson(context, async (person) => {
      const only = id.safeParse(context.req.param('id'));
      return only.success
        ? end(context, person, person.principal.id, { only: only.data })
        : problem(noSession);
    }),
  );

  routes.get('/accounts/:account/sessions', (context) =>
    asAdmin(context, async ({ principal }) => {
      const account = context.req.param('account');
      return context.json({ sessions: await sessionsOf(sql, { org: principal.org, account }) });
    }),
  );
  routes.delete('/accounts/:account/sessions', (context) =>
    asAdmin(context, (person) => end(context, person, context.req.param('account'), 'all')),
  );
  routes.delete('/accounts/:account/sessions/:id', (context) =>
    asAdmin(context, async (person) => {
      const only = id.safeParse(context.req.param('id'));
      return only.success
        ? end(context, person, context.req.param('account'), { only: only.data })
        : problem(noSession);
    }),
  );
  routes.delete('/accounts/:account/factors', (context) =>
    asAdmin(context, (admin) =>
      asProved(context, async () => {
        const account = context.req.param('account');
        // One's own factors are changed one by one, and never all at once in a session that somebody left open.
        if (account === admin.principal.id)
          return problem(refuse('conflict', 'change your own factors under “my security”'));
        const outcome = await enrolment.reset(admin, account, cookies.client(context));
        onEnded();
        return answered(context, outcome);
      }),
    ),
  );

  return routes;
}

function answered(context: Context<Authenticated>, outcome: object | SignInRefusal | Refusal): Response {
  if (!isRefusal(outcome)) return context.json(outcome);
  const { retryAfterSeconds } = outcome;
  return problem(
    outcome,
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  );
}

function isRefusal(outcome: object): outcome is SignInRefusal {
  return 'code' in outcome && 'message' in outcome;
}
