import { refuse } from '../errors.ts';
import { millis } from '../instant.ts';
import { accept, type Decision, type DecisionContext, reject } from '../module.ts';
import { boards } from './boards.ts';
import type { WallCommandOf } from './commands.ts';
import type { Wall, WallContact } from './schema.ts';

/** How many codes that no display shows one person may try within ten minutes. */
export const mostWrongCodes = 10;

/** A display that goes from node to node is not written down by each of them. */
const leastBetweenContactsMs = 45_000;

/** Where the walls of an organisation are told of. */
export function wallsTopic(org: string): string {
  return `org/${org}/walls`;
}

/** What a decision about a code needs to know. */
export interface CodePlace {
  readonly org: string;
  /** Whether a display waits under the code. */
  readonly waits: boolean;
  /** How many wrong codes each account has tried within the last ten minutes. */
  readonly wrongCodes: ReadonlyMap<string, number>;
}

/** Lets a display show a board. That whoever approves may see it there themselves follows from who holds the right. */
export function decideApprove(
  place: CodePlace & {
    readonly place: { readonly id: string; readonly kind: string; readonly name: string };
    readonly taken: boolean;
  },
  { data }: WallCommandOf<'wall.approve'>,
  context: DecisionContext,
): Decision {
  const { now, by } = context;
  const board = boards[data.board.kind];
  if (place.place.kind !== board.place) {
    const issue = { path: 'data.board.place', message: 'has no such board' };
    return reject(refuse('not_found', 'there is no such board', [issue]));
  }
  if (!board.views.includes(data.view)) {
    const issue = { path: 'data.view', message: 'is no view of this board' };
    return reject(refuse('invalid', 'the board has no such view', [issue]));
  }
  const wrong = wrongCode(place, context);
  if (wrong !== undefined) return wrong;
  if (place.taken) {
    const issue = { path: 'data.wall', message: 'is taken' };
    return reject(refuse('conflict', 'there is such a wall already', [issue]));
  }
  const to: Wall = {
    id: data.wall,
    name: data.name,
    board: { kind: data.board.kind, place: { id: place.place.id, name: place.place.name } },
    view: data.view,
    account: context.newId(),
    approvedAt: now,
    approvedBy: by,
    version: 1,
    asOf: now,
    source: by,
  };
  return accept([{ topic: wallsTopic(place.org), type: 'wall.approved', data: { to } }]);
}

/** Turns a display away. */
export function decideDeny(place: CodePlace, context: DecisionContext): Decision {
  return wrongCode(place, context) ?? accept([]);
}

/** The same for a code that never was, has run out, or was answered: nobody learns which codes there are. */
function wrongCode({ waits, wrongCodes }: CodePlace, { by }: DecisionContext): Decision | undefined {
  if ((wrongCodes.get(by.id) ?? 0) >= mostWrongCodes)
    return reject(refuse('rate_limited', 'too many wrong codes; try again in ten minutes'));
  if (waits) return undefined;
  const issue = { path: 'data.userCode', message: 'is shown by no display' };
  return reject(refuse('not_found', 'no display shows this code', [issue]));
}

/** A wall that somebody names, which may have been revoked before. */
export interface WallPlace {
  readonly org: string;
  readonly wall: Wall;
  readonly revoked: boolean;
}

const gone = refuse('gone', 'this wall was revoked');

/** Gives a wall another name. */
export function decideRename(
  { org, wall, revoked }: WallPlace,
  { data }: WallCommandOf<'wall.rename'>,
  { now, by }: DecisionContext,
): Decision {
  if (revoked) return reject(gone);
  if (wall.name === data.name) return accept([]);
  const to: Wall = { ...wall, name: data.name, version: wall.version + 1, asOf: now, source: by };
  return accept([{ topic: wallsTopic(org), type: 'wall.renamed', data: { from: wall, to } }]);
}

/** Takes a wall's right away. */
export function decideRevoke({ org, wall, revoked }: WallPlace): Decision {
  if (revoked) return reject(gone);
  return accept([{ topic: wallsTopic(org), type: 'wall.revoked', data: { wall: wall.id, from: wall } }]);
}

/** Writes down when walls were heard, where that is well later than what is known. */
export function decideContacts(
  { org, heard }: { readonly org: string; readonly heard: readonly WallHeard[] },
  { now, by }: DecisionContext,
): Decision {
  const contacts = heard.flatMap(({ wall, at, contact: from }) => {
    if (from !== undefined && millis(at) - millis(from.at) < leastBetweenContactsMs) return [];
    const to: WallContact = { wall, at, version: (from?.version ?? 0) + 1, asOf: now, source: by };
    return [{ ...(from && { from }), to }];
  });
  if (contacts.length === 0) return accept([]);
  return accept([{ topic: wallsTopic(org), type: 'walls.heard', data: { contacts } }]);
}

/** A wall that was connected at a moment, with what was known of it. */
export interface WallHeard {
  readonly wall: string;
  readonly at: string;
  readonly contact: WallContact | undefined;
}
