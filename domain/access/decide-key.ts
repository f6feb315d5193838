import { refuse } from '../errors.ts';
import { canBeHeldAt, roleRules } from '../identity/role-rules.ts';
import { instantOf, millis } from '../instant.ts';
import { accept, type Decision, type DecisionContext, reject } from '../module.ts';
import type { AccessCommandOf } from './commands.ts';
import { noPlace, wrongPlace } from './decide-account.ts';
import type { Domain, Key, RolePlace } from './schema.ts';
import { tell } from './telling.ts';

const dayMs = 24 * 3_600_000;

/** What a key begins with, so that whoever finds one knows what it is. */
export const keyPrefix = 'cwk_';

/** What the decision to issue a key needs. `secret` is made anew for each time it is decided. */
export interface IssuePlace {
  readonly org: string;
  readonly place: RolePlace | undefined;
  readonly taken: boolean;
  readonly secret: string;
  /** What there is among what the command names: a key for what is not there would be a mistake. */
  readonly isTopic: (kind: string) => boolean;
  /** Whether a key can ask for a command: none that wants a fresh proof, which a system cannot give. */
  readonly isCommand: (type: string) => boolean;
}

/** Gives a system a key. */
export function decideIssue(
  { org, place, taken, secret, isTopic, isCommand }: IssuePlace,
  { data }: AccessCommandOf<'key.issue'>,
  { now, by }: DecisionContext,
): Decision {
  if (place === undefined) return reject(noPlace('data.place'));
  const { key: id, name, role, topics, commands, view, days } = data;
  if (!roleRules[role].forKeys) {
    const issue = { path: 'data.role', message: 'is not for systems' };
    return reject(refuse('invalid', 'no system acts in this role', [issue]));
  }
  if (!canBeHeldAt(role, place.kind)) return reject(wrongPlace('data.place'));
  const unknown = [
    ...topics.flatMap((kind, index) => (isTopic(kind) ? [] : [`data.topics.${index}`])),
    ...commands.flatMap((type, index) => (isCommand(type) ? [] : [`data.commands.${index}`])),
    ...(topics.length + commands.length === 0 ? ['data.topics'] : []),
  ];
  if (unknown.length > 0) {
    const issues = unknown.map((path) => ({ path, message: 'is nothing that a key can be for' }));
    return reject(refuse('invalid', 'a key is for topics and commands that there are', issues));
  }
  if (taken) {
    const issue = { path: 'data.key', message: 'is taken' };
    return reject(refuse('conflict', 'there is such a key already', [issue]));
  }
  const to: Key = {
    id,
    name,
    role,
    place,
    scope: { topics, commands, ...(view === undefined ? {} : { view }) },
    expiresAt: instantOf(millis(now) + days * dayMs),
    status: 'active',
    version: 1,
    asOf: now,
    source: by,
  };
  return accept(tell(org, 'key', 'issued', { from: undefined, to }), {
    key: id,
    token: `${keyPrefix}${secret}`,
  });
}

/** Takes a key back. */
export function decideRevoke(
  { org, key }: { readonly org: string; readonly key: Key },
  { now, by }: DecisionContext,
): Decision {
  if (key.status === 'revoked') return accept([]);
  const to: Key = { ...key, status: 'revoked', version: key.version + 1, asOf: now, source: by };
  return accept(tell(org, 'key', 'revoked', { from: key, to }));
}

/** What a decision about a domain needs. */
export interface DomainPlace {
  readonly org: string;
  readonly place: RolePlace | undefined;
  readonly domain: Domain | undefined;
  /** Another organisation has said that it is its own. */
  readonly elsewhere: boolean;
}

/** Says that a domain belongs here, or moves its queue to another place. */
export function decideAddDomain(
  { org, place, domain, elsewhere }: DomainPlace,
  { data }: AccessCommandOf<'domain.add'>,
  { now, by }: DecisionContext,
): Decision {
  if (place === undefined || (place.kind !== 'organisation' && place.kind !== 'facility'))
    return reject(noPlace('data.place'));
  if (isPublicMail(data.domain)) {
    const issue = { path: 'data.domain', message: 'is where anybody has an address' };
    return reject(refuse('invalid', 'an address there says nothing about its owner', [issue]));
  }
  if (elsewhere) {
    const issue = { path: 'data.domain', message: 'is taken' };
    return reject(refuse('conflict', 'this domain cannot be added', [issue]));
  }
  const to: Domain = {
    id: data.domain,
    place,
    status: 'active',
    version: (domain?.version ?? 0) + 1,
    asOf: now,
    source: by,
  };
  return accept(tell(org, 'domain', 'added', { from: domain, to }));
}

/** Says that a domain does not belong here any more. */
export function decideRemoveDomain(
  { org, domain }: { readonly org: string; readonly domain: Domain },
  { now, by }: DecisionContext,
): Decision {
  if (domain.status === 'removed') return accept([]);
  const to: Domain = { ...domain, status: 'removed', version: domain.version + 1, asOf: now, source: by };
  return accept(tell(org, 'domain', 'removed', { from: domain, to }));
}

const publicMail = new Set([
  'gmail.com',
  'googlemail.com',
  'outlook.com',
  'hotmail.com',
  'live.com',
  'msn.com',
  'yahoo.com',
  'ymail.com',
  'icloud.com',
  'me.com',
  'aol.com',
  'proton.me',
  'protonmail.com',
  'gmx.com',
  'gmx.de',
  'web.de',
  'mail.com',
  'mail.ru',
  'yandex.com',
  'qq.com',
  '163.com',
  'zoho.com',
]);

function isPublicMail(domain: string): boolean {
  return publicMail.has(domain);
}
