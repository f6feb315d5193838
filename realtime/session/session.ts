import type { Hono } from 'hono';
import type { Databases } from '#db/databases.ts';
import { enqueuePost } from '#db/jobs/post-queue.ts';
import type { KeyRing } from '#db/key-ring.ts';
import type { Authenticated } from '../http/authenticate.ts';
import { faultFields, type Logger } from '../log.ts';
import { type AccessTokens, createAccessTokens } from './access-tokens.ts';
import { createEnrolment } from './enrolment.ts';
import { createPasswords } from './passwords.ts';
import { createProofs } from './proofs.ts';
import { createRelyingParty } from './relying-party.ts';
import { createSecurityRoutes } from './security-routes.ts';
import { createSessionCookies, type SessionCookies } from './session-cookies.ts';
import { createSessionRegistry, type SessionRegistry } from './session-registry.ts';
import { createSessionRoutes } from './session-routes.ts';
import { createSignIn, type SignIn } from './sign-in.ts';
import { createSignInLimits } from './sign-in-limits.ts';
import { createStepUp } from './step-up.ts';
import { createTokenKeys } from './token-keys.ts';

/** Everything of one node that has to do with who somebody is. */
export interface Session {
  readonly registry: SessionRegistry;
  readonly routes: Hono;
  /** Routes under `/api/v1` for those who are signed in. */
  readonly behind: Hono<Authenticated>;
  /** Begins a session for somebody whom another door has let in, such as that of an identity provider. */
  readonly begin: SignIn['begin'];
  readonly cookies: SessionCookies;
  /** Sessions were ended here: the other nodes had better know soon. */
  readonly onEnded: () => void;
  /** Who begins a session by other means than a password gives its first token by this. */
  readonly accessTokens: AccessTokens;
  /** Raises where too many hash at once. */
  hashPassword(password: string): Promise<string>;
}

/** Who access tokens are for, as all nodes of an installation say it. */
const audience = 'carewall';

/** Wires the parts together. Reads the signing key, and makes it where there is none: raises where it cannot. */
export async function createSession(options: {
  readonly databases: Pick<Databases, 'identity' | 'relay'>;
  readonly ring: KeyRing;
  readonly publicUrl: () => string;
  readonly log: Logger;
  /** Called when somebody has signed out here: the other nodes had better know soon. */
  readonly onSignedOut?: () => void;
  readonly clock?: () => number;
}): Promise<Session> {
  const { databases, ring, publicUrl, log, onSignedOut, clock = Date.now } = options;
  const onFault = (error: unknown): void =>
    log.warn({ stage: 'session', ...faultFields(error) }, 'a step of a session failed');
  const keys = createTokenKeys({ sql: databases.identity, ring, clock });
  await keys.signing();
  const accessTokens = createAccessTokens({ keys, audience, clock });
  const passwords = createPasswords();
  const sql = databases.identity;
  const relyingParty = createRelyingParty(publicUrl);
  const proofs = createProofs({ sql, ring, relyingParty, clock });
  const limits = createSignInLimits({ sql, ring });
  const cookies = createSessionCookies({ publicUrl, clock });
  const onEnded = (): void => onSignedOut?.();
  const signIn = createSignIn({ sql, passwords, accessTokens, limits, proofs });
  return {
    begin: signIn.begin,
    cookies,
    onEnded,
    behind: createSecurityRoutes({
      sql,
      relyingParty,
      cookies,
      onEnded,
      stepUp: createStepUp({ sql, passwords, limits, proofs }),
      enrolment: createEnrolment({
        sql,
        ring,
        relyingParty,
        clock,
        tellOwner: (transaction, { org, email, id, language }) =>
          enqueuePost(transaction, { org, to: { email }, language, letter: 'factor-changed', about: id }),
      }),
    }),
    accessTokens,
    registry: createSessionRegistry({
      sqlIdentity: databases.identity,
      sqlRelay: databases.relay,
      accessTokens,
      clock,
      onFault,
    }),
    routes: createSessionRoutes({
      signIn: {
        ...signIn,
        async signOut(by) {
          await signIn.signOut(by);
          onEnded();
        },
      },
      accessTokens,
      cookies,
      passkeys: relyingParty.isNamed,
      publicUrl,
      onFault,
    }),
    async hashPassword(password) {
      const hashed = await passwords.hash(password);
      if (typeof hashed !== 'string') throw new Error(hashed.message);
      return hashed;
    },
  };
}
