import { z } from 'zod';

/** What something was and what it is now; absent where it was not there, or is not any more. */
export interface Change<Value> {
  readonly from?: Value | undefined;
  readonly to?: Value | undefined;
}

/** A change of what a schema describes. */
export function changeOf<Schema extends z.ZodType>(schema: Schema) {
  return z.object({ from: schema.optional(), to: schema.optional() });
}

/** What is not the same before and after, by key. */
export function changesOf<Value>(
  before: Readonly<Record<string, Value>>,
  after: Readonly<Record<string, Value>>,
): Record<string, Change<Value>> {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return Object.fromEntries(
    keys.flatMap((key) => {
      const change = changed(before[key], after[key]);
      return change === undefined ? [] : [[key, change] as const];
    }),
  );
}

/** The change from one value to another, or nothing where they are the same. */
export function changed<Value>(from: Value | undefined, to: Value | undefined): Change<Value> | undefined {
  if (same(from, to)) return undefined;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** The record after changes. What is not there any more is absent, never present and undefined. */
export function withChanges<Value>(
  record: Readonly<Record<string, Value>>,
  changes: Readonly<Record<string, Change<Value>>>,
): Record<string, Value> {
  const next = { ...record };
  for (const [key, { to }] of Object.entries(changes)) {
    if (to === undefined) delete next[key];
    else next[key] = to;
  }
  return next;
}

/** Whether two values are the same as JSON, whatever the order of their fields. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  const keys = new Set([...left.keys(), ...right.keys()]);
  return [...keys].every((key) => same(left.get(key), right.get(key)));
}
