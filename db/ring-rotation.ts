import { readFileSync } from 'node:fs';
import type { Database } from './connect.ts';
import {
  type KeyRing,
  openKeyRing,
  replaceKeyRing,
  withCurrentKey,
  withNewKey,
  withoutOldKeys,
} from './key-ring.ts';
import { notUnderCurrent, rewrapAll } from './rewrap.ts';
import { nodesBehind, recordCurrentKey, retireKeys } from './ring-state.ts';

export interface RotationOptions {
  /** As `carewall_keys`. */
  readonly sql: Database;
  readonly file: string;
  /** How long to wait for the nodes to have read the file. */
  readonly waitMs: number;
  readonly say: (line: string) => void;
}

/** `waiting`: some node has not got what stands in the file. Called again later, it goes on from there. */
export type RotationOutcome = 'done' | 'waiting' | 'unreadable';

/**
 * Exchanges the key ring's key while nodes serve: adds a key to the file, waits until every node has it, makes it the current
 * one, wraps everything anew, and takes the old one away once nothing is under it. Where it stands is read from the file
 * and the database alone, so it can be cut off anywhere and called again.
 */
export async function rotateKeyRing(options: RotationOptions): Promise<RotationOutcome> {
  const { sql, file, say } = options;
  const ring = await openKeyRing({ file, make: false });
  if (ring.keys.length === 1) {
    const { text, key } = withNewKey(readFileSync(file, 'utf8'), file);
    await replaceKeyRing(file, text);
    ring.reload();
    say(`${key} is added to ${file}; nothing is wrapped with it yet`);
  }
  const next = newestKey(ring);
  if (!(await awaited(options, next, 'known'))) return 'waiting';

  if (ring.current !== next) {
    await replaceKeyRing(file, withCurrentKey(readFileSync(file, 'utf8'), file, next));
    ring.reload();
    say(`${next} is the current key`);
  }
  await recordCurrentKey(sql, next);
  if (!(await awaited(options, next, 'current'))) return 'waiting';
  say(`${await rewrapAll(sql, ring)} keys are wrapped anew under ${next}`);

  const old = ring.keys.filter((key) => key !== next);
  await retireKeys(sql, old);
  // What a node that knew of nothing wrote before the old key was refused.
  const late = await rewrapAll(sql, ring);
  if (late > 0) say(`${late} more were written under an old key meanwhile, and are wrapped anew`);
  const faults = await notUnderCurrent(sql, ring);
  if (faults.length > 0) {
    say(`${old.join(', ')} must stay: these cannot be opened with ${next}: ${faults.join(', ')}`);
    return 'unreadable';
  }
  await replaceKeyRing(file, withoutOldKeys(readFileSync(file, 'utf8'), file));
  say(`${old.join(', ')} is out of ${file}; keep a copy with backups of the database from before`);
  return 'done';
}

function newestKey(ring: KeyRing): string {
  const number = (id: string): number => Number(/^k(\d+)$/.exec(id)?.[1] ?? 0);
  return ring.keys.reduce((newest, id) => (number(id) > number(newest) ? id : newest), ring.current);
}

async function awaited(
  { sql, waitMs, say }: RotationOptions,
  key: string,
  wants: 'known' | 'current',
): Promise<boolean> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const behind = await nodesBehind(sql, key, wants);
    if (behind.length === 0) return true;
    if (Date.now() >= deadline) {
      const what = wants === 'known' ? `do not have ${key}` : `do not wrap with ${key}`;
      say(`these nodes ${what} yet: ${behind.join(', ')}. Give them the key ring, and call this again`);
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
