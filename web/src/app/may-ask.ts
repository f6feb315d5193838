import { grantSchema, type PlacePath } from '#domain/identity/principal.ts';
import type { Instant } from '#domain/instant.ts';
import type { Module } from '#domain/module.ts';
import { createRegistry, type Registry } from '#domain/registry.ts';
import type { SignedIn } from '../live/live.ts';

/** Who asks, where, and when. */
export interface Asking {
  readonly grants: SignedIn['grants'];
  /** The places from the organisation down to what is asked about, by id. */
  readonly path: PlacePath;
  readonly now: Instant;
}

const registries = new WeakMap<Module, Registry>();

/**
 * Whether somebody with these grants may ask for a command of a context at a place. The server has the last word. The
 * context is named, so that a page loads its own and no other.
 */
export function mayAsk(context: Module, type: string, at: Pick<Asking, 'grants' | 'path'>): boolean {
  const registry = registries.get(context) ?? createRegistry([context]);
  registries.set(context, registry);
  // A role that this version does not know gives nothing here.
  const known = at.grants.flatMap((grant) => grantSchema.safeParse(grant).data ?? []);
  return registry.mayCommand(known, type, at.path);
}
