import { z } from 'zod';
import type { AccessCommandOf } from '#domain/access/commands.ts';
import { decideAccount, decideList } from '#domain/access/decide-account.ts';
import { decideProfile } from '#domain/access/decide-profile.ts';
import { tellProfile } from '#domain/access/telling.ts';
import type { Loaded, StoreContext, StoreKeys } from '../store.ts';
import {
  commonPath,
  firstProfile,
  isTaken,
  nothing,
  peopleKind,
  readAccount,
  readPlaces,
} from './access-reads.ts';
import { accessWrites } from './access-writes.ts';

/** What a decision about an account needs. Sends its queries before it first waits. */
export async function loadAccount(
  context: StoreContext,
  command: AccessCommandOf<
    | 'account.list'
    | 'account.give-role'
    | 'account.take-role'
    | 'account.disable'
    | 'account.enable'
    | 'account.end-sessions'
  >,
  keys: StoreKeys,
): Promise<Loaded> {
  const { org } = context;
  const named =
    command.type === 'account.give-role' || command.type === 'account.take-role'
      ? command.data.place
      : undefined;
  const [found, places] = await Promise.all([
    readAccount(context, keys, command.data.account),
    readPlaces(context, named === undefined ? [] : [named]),
  ]);
  if (found === undefined) return nothing();
  const place = named === undefined ? undefined : places.get(named);
  return {
    // A role is its place's affair; an account is that of whoever administers all of its places.
    path: named === undefined ? commonPath(org, found.paths) : (place?.path ?? [org]),
    topicKind: peopleKind,
    version: found.account.version,
    decide(decision) {
      if (command.type !== 'account.list') return decideAccount(found, command, place?.place, decision);
      const listed = decideList(found, decision);
      if (!listed.ok || found.profile !== undefined) return listed;
      const first = tellProfile(undefined, firstProfile(found, decision.now, decision.by));
      return { ...listed, events: [...listed.events, first] };
    },
    writes: (events) => [
      ...accessWrites(events, { ring: keys.ring, before: found.account }),
      ...(command.type === 'account.list' ? [listedWrite(command.data.account)] : []),
    ],
  };
}

/** That there is nothing more to tell of an account. */
function listedWrite(account: string) {
  return {
    schema: z.unknown(),
    value: null,
    save: async ({ org, connection }: StoreContext) =>
      connection`update carewall.accounts set listed = true where org_id = ${org} and id = ${account}`.execute(),
  };
}

/** What the decision about one's own profile needs. */
export async function loadProfile(
  context: StoreContext,
  command: AccessCommandOf<'profile.change' | 'profile.change-email' | 'profile.confirm-email'>,
  keys: StoreKeys,
): Promise<Loaded> {
  const { org, connection } = context;
  const { account } = command.data;
  const found = await readAccount(context, keys, account);
  if (found === undefined) return nothing();
  const newEmail = command.type === 'profile.confirm-email' ? found.profile?.newEmail : undefined;
  // One more round trip, where somebody verifies an address: rare, and the address is sealed until here.
  const taken =
    newEmail === undefined
      ? []
      : await connection`select carewall.email_taken(${newEmail}) as taken`.execute();
  return {
    path: [org, account],
    topicKind: 'user/*/profile',
    version: found.profile?.version ?? 0,
    decide: (decision) => decideProfile({ ...found, taken: isTaken(taken) }, command, decision),
    writes: (events) => accessWrites(events, { ring: keys.ring, before: found.account }),
  };
}
