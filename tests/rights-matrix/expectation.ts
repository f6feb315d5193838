import type { RightsPage } from './page.ts';

/** A right as a session holds it, in the page's words. */
export interface Held {
  readonly role: string;
  readonly place: string;
}

/** What a session is narrowed to, in the contract's words. */
export interface Narrowed {
  readonly topics: readonly string[];
  readonly commands: readonly string[];
  readonly view?: string;
}

/** Whether a command goes through where it acts, by the page and by what a place and a scope mean; nothing of the code's. */
export function maySend(
  page: RightsPage,
  held: readonly Held[],
  scope: Narrowed | undefined,
  type: string,
  path: readonly string[],
): boolean {
  if (scope !== undefined && !scope.commands.includes(type)) return false;
  const holders = page.commands.get(type) ?? [];
  return held.some(({ role, place }) => holders.includes(role) && path.includes(place));
}

/** The view of a topic that a session gets, the same way. */
export function viewGot(
  page: RightsPage,
  held: readonly Held[],
  scope: Narrowed | undefined,
  kind: string,
  path: readonly string[],
): string | undefined {
  if (scope !== undefined && !scope.topics.includes(kind)) return undefined;
  const here = new Set(held.filter(({ place }) => path.includes(place)).map(({ role }) => role));
  return (page.topics.get(kind) ?? []).find(
    ({ view, holders }) => holders.some((holder) => here.has(holder)) && isNoFuller(view, scope?.view),
  )?.view;
}

const fullestFirst = [['clinical', 'full', 'own'], ['operational'], ['public']];

/** A scope names the fullest view it lets through. */
function isNoFuller(view: string, named: string | undefined): boolean {
  if (named === undefined) return true;
  const rank = (name: string) => fullestFirst.findIndex((names) => names.includes(name));
  return rank(view) >= rank(named);
}
