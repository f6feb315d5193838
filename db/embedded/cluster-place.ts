import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EmbeddedPostgresError, systemCode } from './embedded-postgres-error.ts';
import { canEnter, type ServerAccount, serverAccount } from './server-account.ts';

/** Where the database files of one data folder lie, and who runs the server on them. */
export interface ClusterPlace {
  clusterDir: string;
  account: ServerAccount | undefined;
  /** A folder the account can enter, for copies of the programs. */
  copiesDir: string;
}

const pointerSchema = z.object({ folder: z.string(), copies: z.string() });
type Pointer = z.infer<typeof pointerSchema>;

/**
 * Finds, or settles for ever, where the data folder's database lies: in the folder itself, or, when we are root and the
 * server's account cannot enter it (a clone beneath a private home), in a folder of its own below one of `otherRoots`,
 * which a pointer file in the data folder names. Throws EmbeddedPostgresError when there is no place, or it was lost.
 */
export async function clusterPlace(dataDir: string, otherRoots: readonly string[]): Promise<ClusterPlace> {
  const inside = join(dataDir, 'cluster');
  const pointer = await readPointer(dataDir);
  if (pointer) await claim(pointer, dataDir);
  const clusterDir = pointer ? join(pointer.folder, 'cluster') : inside;
  const owner = await ownerOf(clusterDir);
  if (owner) refuseForeign(clusterDir, owner);
  const account = await serverAccount(owner);
  const enterable = await canEnter(account, owner ? clusterDir : (pointer?.folder ?? dataDir));
  if (enterable) return { clusterDir, account, copiesDir: pointer?.copies ?? dataDir };
  if (owner || pointer) {
    throw new EmbeddedPostgresError(
      `The database files in ${clusterDir} can no longer be reached by ${account?.name}, who runs PostgreSQL because root may not: ` +
        'give it the right to enter that folder and those above it (chmod o+x).',
    );
  }
  return elsewhere(dataDir, account, otherRoots);
}

function refuseForeign(clusterDir: string, owner: { uid: number }): void {
  const own = process.getuid?.();
  if (own === undefined) return;
  if (own !== 0 && owner.uid !== own) {
    throw new EmbeddedPostgresError(
      `The database files in ${clusterDir} belong to another user (uid ${owner.uid}): ` +
        'start Carewall as the user who started it first, or set DATA_DIR to another folder.',
    );
  }
  if (own === 0 && owner.uid === 0) {
    throw new EmbeddedPostgresError(
      `The database files in ${clusterDir} belong to root, and PostgreSQL does not run as root: ` +
        'give them to the user who shall run it (chown -R).',
    );
  }
}

async function elsewhere(
  dataDir: string,
  account: ServerAccount | undefined,
  roots: readonly string[],
): Promise<ClusterPlace> {
  const id = createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex')
    .slice(0, 16);
  for (const root of roots) {
    // Never the folder of an earlier life of this data folder: it may still be wanted, when the data folder was not
    // deleted but only not mounted.
    const folder = join(root, `${id}-${randomBytes(4).toString('hex')}`);
    const pointer = { folder, copies: root };
    try {
      await openFolder(root);
      await openFolder(folder);
    } catch (error) {
      if (['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) continue;
      throw error;
    }
    if (!(await canEnter(account, folder))) continue;
    await writeFile(join(folder, 'data-dir'), dataDir);
    await replaceFile(pointerFile(dataDir), JSON.stringify(pointer));
    return { clusterDir: join(folder, 'cluster'), account, copiesDir: root };
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and ${account?.name}, who would run it, can enter neither ${dataDir} nor a folder in ${roots.join(' or ')}: ` +
      'set DATA_DIR to a folder that every user may enter, such as one in /srv.',
  );
}

/** A copy of a data folder brings the pointer along; two servers on one database must not come of it. */
async function claim(pointer: Pointer, dataDir: string): Promise<void> {
  const note = join(pointer.folder, 'data-dir');
  const named = await readFile(note, 'utf8').catch((error: unknown) => {
    throw new EmbeddedPostgresError(
      `${pointerFile(dataDir)} says that the database lies in ${pointer.folder}, which cannot be read: ` +
        'restore that folder, or delete the data folder to begin with an empty database.',
      { cause: error },
    );
  });
  if (named === dataDir) return;
  const other = await readPointer(named);
  if (other?.folder === pointer.folder && !(await sameFolder(named, dataDir))) {
    throw new EmbeddedPostgresError(
      `${dataDir} is a copy of ${named}, and the database in ${pointer.folder} belongs to that: ` +
        `delete one of the two data folders, or set DATA_DIR=${named}.`,
    );
  }
  await replaceFile(note, dataDir);
}

async function readPointer(dataDir: string): Promise<Pointer | undefined> {
  try {
    return pointerSchema.parse(JSON.parse(await readFile(pointerFile(dataDir), 'utf8')));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

function pointerFile(dataDir: string): string {
  return join(dataDir, 'postgres-place.json');
}

async function ownerOf(folder: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await stat(folder);
    return { uid, gid };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes a folder that anybody may pass through, whatever our umask. */
async function openFolder(path: string): Promise<void> {
  const made = await mkdir(path, { recursive: true });
  if (made !== undefined) await chmod(path, 0o711);
}

async function sameFolder(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one), stat(other)]);
  return a.dev === b.dev && a.ino === b.ino;
}

async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
