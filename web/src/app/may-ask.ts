import { grantSchema, type PlacePath } from '#domain/identity/principal.ts';
import type { Instant } from '#domain/instant.ts';
import { commandDefinition, mayAct } from '#domain/modules.ts';
import type { SignedIn } from '../live/live.ts';

/** Who asks, where, and when. */
export interface Asking {
  readonly grants: SignedIn['grants'];
  /** The places from the organisation down to what is asked about, by id. */
  readonly path: PlacePath;
  readonly now: Instant;
}

/** Whether somebody with these grants holds the right that a command asks for, at a place. The server has the last word. */
export function mayAsk(type: string, at: Pick<Asking, 'grants' | 'path'>): boolean {
  const definition = commandDefinition(type);
  if (definition === undefined) return false;
  // A role that this version does not know gives nothing here.
  const known = at.grants.flatMap((grant) => grantSchema.safeParse(grant).data ?? []);
  return mayAct(known, definition.right, at.path);
}
