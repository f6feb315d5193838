import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { createAccount } from '#db/accounts.ts';
import type { Databases } from '#db/databases.ts';
import type { KeyRing } from '#db/key-ring.ts';
import { createSession } from '#db/sessions.ts';
import type { Role } from '#domain/identity/roles.ts';
import { createAccessTokens } from '#realtime/session/access-tokens.ts';
import { createTokenKeys } from '#realtime/session/token-keys.ts';
import type { Held, Narrowed } from './expectation.ts';

/** Somebody who holds one role at one place, signed in. */
export interface Tried {
  readonly what: string;
  readonly account: string;
  readonly held: readonly Held[];
  readonly scope: Narrowed | undefined;
  readonly token: string;
  /** The id of a command that this account has sent before: whatever comes under it is judged, and not done. */
  readonly usedId: string;
}

/** Makes accounts with their sessions, past sign-in: that is not what is tried here. */
export function createSessionMaker(options: { databases: Databases; ring: KeyRing; org: string }): {
  signedIn(role: Role, place: string, scope?: Narrowed): Promise<Tried>;
} {
  const { databases, ring, org } = options;
  const clock = Date.now;
  const keys = createTokenKeys({ sql: databases.identity, ring, clock });
  const tokens = createAccessTokens({ keys, audience: 'carewall', clock });
  let count = 0;
  return {
    async signedIn(role, place, scope) {
      count += 1;
      const account = `tried-${count}`;
      const name = `${role} at ${place}`;
      await createAccount(databases.identity, {
        id: account,
        org,
        email: `${account}@matrix.example`,
        name,
        passwordHash: undefined,
        grants: [{ role, place }],
      });
      const session = await createSession(databases.identity, account, randomBytes(32));
      if (session === undefined) throw new Error(`${name} cannot sign in`);
      if (scope !== undefined) {
        await databases.identity`
          update carewall.sessions set scope = ${databases.identity.json({ ...scope })} where id = ${session.id}`;
      }
      const usedId = uuidv7();
      await databases.app.begin(async (transaction) => {
        await transaction`select set_config('carewall.org', ${org}, true)`;
        await transaction`
          insert into carewall.commands (org_id, principal, id, payload_hash, type)
            values (${org}, ${account}, ${usedId}, ${randomBytes(32)}, 'something else')`;
      });
      const { token } = await tokens.issue({ session: session.id, principal: account });
      return {
        what: `${name}${scope === undefined ? '' : `, scope ${JSON.stringify(scope)}`}`,
        account,
        held: [
          { role, place },
          { role: 'self', place: account },
        ],
        scope,
        token,
        usedId,
      };
    },
  };
}
