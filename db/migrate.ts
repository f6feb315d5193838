import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { connect } from './connect.ts';
import { migrateJobs } from './jobs/job-schema.ts';
import { packageRoot } from './package-root.ts';

const appliedSchema = z.array(z.object({ name: z.string(), checksum: z.string() }));

/** Any number that no other program takes for an advisory lock: concurrent migrators wait for each other. */
const migrationLock = 0x43617265;

/**
 * Brings a database to the newest schema, each migration in a transaction of its own. Gives the names of those applied
 * now. Raises an Error where one that was applied has changed since, or fails.
 */
export async function migrate(url: string): Promise<string[]> {
  const folder = join(packageRoot(), 'db', 'migrations');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const sql = connect(url, { max: 1, name: 'carewall migrate' });
  try {
    await sql`select pg_advisory_lock(${migrationLock})`;
    await sql`
      create table if not exists public.carewall_migrations (
        name text primary key, checksum text not null, applied_at timestamptz not null default clock_timestamp()
      )`;
    const applied = new Map(
      appliedSchema
        .parse(await sql`select name, checksum from public.carewall_migrations`)
        .map(({ name, checksum }) => [name, checksum]),
    );
    // First, because a migration of ours speaks of these tables; under our lock, so that one does it at a time.
    await migrateJobs(url);
    const now: string[] = [];
    for (const name of names) {
      const text = await readFile(join(folder, name), 'utf8');
      const checksum = createHash('sha256').update(text).digest('hex');
      const before = applied.get(name);
      if (before === checksum) continue;
      if (before !== undefined) throw new Error(`migration ${name} has changed since it was applied`);
      await sql.begin(async (transaction) => {
        await transaction.unsafe(text);
        await transaction`insert into public.carewall_migrations (name, checksum) values (${name}, ${checksum})`;
      });
      now.push(name);
    }
    // Rights and guards that go over every table there is, those of the newest migration among them.
    if (now.length > 0) await sql`select carewall.after_migrations()`;
    return now;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
