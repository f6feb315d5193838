import { refuse } from '../errors.ts';
import { canBeHeldAt } from '../identity/role-rules.ts';
import { roles, staffRoles } from '../identity/roles.ts';
import { accept, type Decision, type DecisionContext, type NewEvent, reject } from '../module.ts';
import { same } from '../network/changes.ts';
import type { Person } from '../people/schema.ts';
import type { AccessCommandOf } from './commands.ts';
import type { Happening } from './events.ts';
import type { Account, HeldRole, RolePlace } from './schema.ts';
import { tell } from './telling.ts';

/** Who administers where: the admins that can sign in. */
export interface Administering {
  readonly account: string;
  readonly place: string;
}

/** An account with all that a decision about it needs. */
export interface AccountPlace {
  readonly org: string;
  /** As it stands; its version is 0 where it was never told of. */
  readonly account: Account;
  /** As it was last told of. */
  readonly told: Account | undefined;
  /** From the organisation down to each place at which it holds a role. */
  readonly paths: readonly (readonly string[])[];
  readonly administering: readonly Administering[];
  readonly listed: Person | undefined;
}

type AccountCommand = AccessCommandOf<
  'account.give-role' | 'account.take-role' | 'account.disable' | 'account.enable' | 'account.end-sessions'
>;

/**
 * Decides about somebody's account. Nobody changes what they may do themselves; and because whoever acts stays an
 * administrator, an organisation is never without one.
 */
export function decideAccount(
  state: AccountPlace,
  command: AccountCommand,
  place: RolePlace | undefined,
  context: DecisionContext,
): Decision {
  const { account } = state;
  if (command.type !== 'account.end-sessions' && context.by.id === account.id)
    return reject(refuse('forbidden', 'nobody changes their own rights: ask another administrator'));
  switch (command.type) {
    case 'account.give-role':
      return decideGive(state, command, place, context);
    case 'account.take-role':
      return decideTake(state, command, context);
    case 'account.disable':
      if (account.status === 'disabled') return accept([]);
      if (isLastAdmin(state)) return reject(lastAdmin);
      return accept(changed(state, 'disabled', { status: 'disabled' }, context));
    case 'account.enable':
      if (account.status === 'active') return accept([]);
      return accept(changed(state, 'enabled', { status: 'active' }, context));
    case 'account.end-sessions':
      return accept(changed(state, 'sessions-ended', {}, context));
    default:
      return command satisfies never;
  }
}

function decideGive(
  state: AccountPlace,
  { data }: AccessCommandOf<'account.give-role'>,
  place: RolePlace | undefined,
  context: DecisionContext,
): Decision {
  const { account } = state;
  if (place === undefined) return reject(noPlace('data.place'));
  // An administrator of one facility does not know of people elsewhere.
  if (!mayKnow(state, context)) return reject(refuse('not_found', 'there is no such thing here'));
  if (!canBeHeldAt(data.role, place.kind)) return reject(wrongPlace('data.place'));
  if (account.status === 'disabled') return reject(refuse('conflict', 'the account is disabled'));
  if (account.roles.some((held) => isRole(held, data))) return accept([]);
  const held = sorted([...account.roles, { role: data.role, place }]);
  return accept(changed(state, 'role-given', { roles: held }, context));
}

function decideTake(
  state: AccountPlace,
  { data }: AccessCommandOf<'account.take-role'>,
  context: DecisionContext,
): Decision {
  const { account, org } = state;
  const left = account.roles.filter((held) => !isRole(held, data));
  if (left.length === account.roles.length)
    return reject(refuse('conflict', 'the account does not hold this role there'));
  if (data.role === 'admin' && data.place === org && isLastAdmin(state)) return reject(lastAdmin);
  return accept(changed(state, 'role-taken', { roles: left }, context));
}

/** Tells of an account as it stands, where that is not what was last told. */
export function decideList(state: AccountPlace, context: DecisionContext): Decision {
  const { told, account } = state;
  if (told !== undefined && same({ ...account, ...stampOf(told) }, told)) return accept([]);
  return accept(changed(state, 'listed', {}, context));
}

const lastAdmin = refuse('conflict', 'the organisation would have no administrator left');

function isLastAdmin({ org, account, administering }: AccountPlace): boolean {
  const atTop = administering.filter(({ place }) => place === org);
  return atTop.some((one) => one.account === account.id) && atTop.every((one) => one.account === account.id);
}

function mayKnow({ org, account, paths, administering }: AccountPlace, { by }: DecisionContext): boolean {
  if (by.kind === 'system') return true;
  const own = administering.filter((one) => one.account === by.id).map(({ place }) => place);
  if (own.includes(org)) return true;
  return account.roles.length > 0 && paths.some((path) => own.some((place) => path.includes(place)));
}

/** What follows a change of an account: the lists that it stands in, and the directory. */
export function changed(
  { org, account, told, listed }: AccountPlace,
  what: Happening,
  change: Partial<Pick<Account, 'roles' | 'status' | 'name' | 'email'>>,
  { now, by }: DecisionContext,
): NewEvent[] {
  const next: Account = { ...account, ...change, version: account.version + 1, asOf: now, source: by };
  return [
    ...tell(org, 'account', what, { from: told, to: next }),
    ...listing(org, listed, next, { now, by }),
  ];
}

/** The directory shows who can be written to: those with a role among the staff, under the roles that they have. */
function listing(
  org: string,
  listed: Person | undefined,
  { id, name = '', roles: heldRoles, status }: Account,
  { now, by }: Pick<DecisionContext, 'now' | 'by'>,
): NewEvent[] {
  const held = roles.filter((role) => status === 'active' && heldRoles.some((one) => one.role === role));
  if (listed === undefined && !staffRoles.some((role) => held.includes(role))) return [];
  if (listed !== undefined && listed.name === name && same(listed.roles, held)) return [];
  const person: Person = {
    id,
    name: name || listed?.name || id,
    roles: held,
    version: (listed?.version ?? 0) + 1,
    asOf: now,
    source: by,
  };
  return [{ topic: `org/${org}/directory`, type: 'directory.person-listed', data: { person } }];
}

/** Roles in one order, whatever order they were given in. */
export function sorted(held: readonly HeldRole[]): HeldRole[] {
  const key = ({ role, place }: HeldRole) => `${place.id} ${role}`;
  return [...held].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function isRole(held: HeldRole, { role, place }: { role: string; place: string }): boolean {
  return held.role === role && held.place.id === place;
}

function stampOf({ version, asOf, source }: Account) {
  return { version, asOf, source };
}

/** The refusal of a place that is not there, or is none where roles are held. */
export function noPlace(path: string) {
  return refuse('not_found', 'there is no such place', [{ path, message: 'is no place of yours' }]);
}

/** The refusal of a role that is not held at such a place. */
export function wrongPlace(path: string) {
  return refuse('invalid', 'the role is not held at such a place', [
    { path, message: 'is no place for this role' },
  ]);
}
