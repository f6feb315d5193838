import { type Refusal, refuse } from '#domain/errors.ts';
import type { Principal } from '#domain/identity/principal.ts';
import { mayCommand, topicKind as topicKindOf, viewFor } from '#domain/modules.ts';
import type { Command } from '#domain/protocol.ts';
import { uuidTime, uuidVersion } from '#domain/uuid.ts';
import type { Loaded } from './store.ts';

const idLifeMs = 7 * 24 * 3_600_000;
const idLeadMs = 24 * 3_600_000;

/** What is wrong with a command's id, if anything is. A feed's are made from its own control ids and carry no time. */
export function unfitId(actor: { readonly session: string | undefined }, id: string): Refusal | undefined {
  if (actor.session === undefined) return undefined;
  if (uuidVersion(id) !== 7) {
    return refuse('invalid', 'the id of a command is a UUIDv7', [
      { path: 'id', message: 'must be a UUIDv7' },
    ]);
  }
  const age = Date.now() - uuidTime(id);
  if (age > idLifeMs) return refuse('gone', 'this id is older than 7 days');
  if (age < -idLeadMs) {
    return refuse('invalid', 'this id lies in the future', [
      { path: 'id', message: 'is ahead of the clock by over a day' },
    ]);
  }
  return undefined;
}

/** Text that Postgres cannot hold: a null character, or half of a surrogate pair. It would fail, again and again, as ours. */
export function unstorableText(value: unknown, path: string): Refusal | undefined {
  if (typeof value === 'string') {
    if (!value.includes('\u0000') && value.isWellFormed()) return undefined;
    return refuse('invalid', 'the data holds text that is no text', [
      { path, message: 'has a character that is none' },
    ]);
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = unstorableText(key, path) ?? unstorableText(item, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Why these rights do not do for a command: whoever may not see the topic is not told that there is one. */
export function missingRight(
  type: string,
  grants: Principal['grants'],
  { path, topicKind: kind }: Loaded,
): Refusal | undefined {
  if (path === undefined) return refuse('not_found', 'there is no such thing here');
  if (mayCommand(grants, type, path)) return undefined;
  const topic = topicKindOf(kind);
  const visible = topic !== undefined && viewFor(topic, grants, path) !== undefined;
  return visible
    ? refuse('forbidden', 'you may not do this here')
    : refuse('not_found', 'there is no such thing here');
}

/** Why a command comes too late, where what it speaks of has changed since its sender saw it. */
export function staleVersion({ expect }: Command, { version }: Loaded): Refusal | undefined {
  if (expect === undefined || version === undefined || expect === version) return undefined;
  const issue = { path: 'expect', message: `is ${expect}, but the version is ${version}` };
  return refuse('conflict', 'it has changed since you saw it', [issue]);
}
