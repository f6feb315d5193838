import { randomUUID } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { EmbeddedPostgresError, systemCode } from './embedded-postgres-error.ts';
import { lifeOf, type ProcessLife, stillLives } from './process-life.ts';

/** The right of one node process to run the database of one data folder. */
export interface DataDirLock {
  /** Gives the folder free; again, it does nothing. */
  release(): void;
}

const holderSchema = z.object({ pid: z.int().positive(), began: z.string().optional() });

/**
 * Takes the data folder for this process. A lock whose process is dead is taken over: the PostgreSQL server it may have
 * left behind is then ours to deal with, while a living owner's is not.
 * Throws EmbeddedPostgresError when a living process, this one included, holds the folder.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const path = join(dataDir, 'postgres.lock');
  const draft = `${path}.${randomUUID()}`;
  // Written first and linked into place, so that nobody ever reads half a lock.
  await writeFile(draft, JSON.stringify(lifeOf(process.pid) ?? { pid: process.pid }), { mode: 0o644 });
  try {
    while (!(await linked(draft, path))) await removeIfDead(path, draft, dataDir);
  } finally {
    await rm(draft, { force: true });
  }
  let held = true;
  return {
    release() {
      if (held) unlinkIfThere(path);
      held = false;
    },
  };
}

async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function removeIfDead(path: string, draft: string, dataDir: string): Promise<void> {
  refuseIfAlive(await holderOf(path), dataDir);
  // Only who holds this claim may remove a lock that is not his. Else another start could put its own lock there
  // between our look and our removal, and two would run.
  const claim = `${path}.takeover`;
  if (!(await linked(draft, claim))) {
    const claimant = await holderOf(claim);
    if (claimant && !stillLives(claimant)) await rm(claim, { force: true });
    await pause(5);
    return;
  }
  try {
    refuseIfAlive(await holderOf(path), dataDir);
    await rm(path, { force: true });
  } finally {
    await rm(claim, { force: true });
  }
}

function refuseIfAlive(holder: ProcessLife | undefined, dataDir: string): void {
  if (!holder || !stillLives(holder)) return;
  const who = holder.pid === process.pid ? 'this very process' : `process ${holder.pid}`;
  throw new EmbeddedPostgresError(
    `The embedded database in ${dataDir} is already run by ${who}: stop it first, or set DATA_DIR to another folder.`,
  );
}

/** Undefined for a lock that is gone or that no process of ours can have written. */
async function holderOf(path: string): Promise<ProcessLife | undefined> {
  try {
    return holderSchema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
}
