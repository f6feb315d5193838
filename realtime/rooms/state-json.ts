/** A record of fewer entries is written as a whole. */
const leastEntries = 64;
/** What was written of an entity, with the key at which it stood. */
const written = new WeakMap<object, { readonly key: string; readonly json: string }>();

/**
 * A topic's state as JSON. States share the entities that an event did not touch, and those are not written again: of a
 * country of facilities, a hundred are written a second and not seven thousand. What it has been given must not be changed
 * in place afterwards.
 */
export function stateJson(state: unknown): string {
  if (!isRecord(state)) return JSON.stringify(state);
  return recordJson(state, (key, value) =>
    isRecord(value) && Object.keys(value).length >= leastEntries
      ? `${JSON.stringify(key)}:${recordJson(value, entryJson)}`
      : plainEntry(key, value),
  );
}

function recordJson(record: Record<string, unknown>, entry: (key: string, value: unknown) => string): string {
  const entries: string[] = [];
  for (const key of Object.keys(record)) {
    const value = record[key];
    if (value !== undefined) entries.push(entry(key, value));
  }
  return `{${entries.join(',')}}`;
}

function entryJson(key: string, entity: unknown): string {
  if (!isRecord(entity)) return plainEntry(key, entity);
  const known = written.get(entity);
  if (known?.key === key) return known.json;
  const json = plainEntry(key, entity);
  written.set(entity, { key, json });
  return json;
}

function plainEntry(key: string, value: unknown): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
