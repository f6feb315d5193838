import { z } from 'zod';
import { type Retention, type RetentionKind, retentionOf } from '#domain/privacy/retention.ts';
import type { Database } from './connect.ts';

export type { Retention };

/**
 * Reads days by kind, such as `sessions=60, letters=14`. How long the log is kept has a setting of its own. Gives what is
 * wrong too; then the days are the usual ones.
 */
export function readRetention(
  text: string,
  events: number,
): { readonly days: Retention; readonly faults: readonly string[] } {
  const set: Record<string, number> = {};
  const faults: string[] = [];
  for (const item of text.split(',').map((one) => one.trim())) {
    if (item === '') continue;
    const [, kind, days] = /^([a-z-]+) *= *(\d{1,6})$/.exec(item) ?? [];
    if (kind === undefined || days === undefined) faults.push('must be like sessions=60, letters=14');
    else if (kind === 'events') faults.push('events have HISTORY_DAYS');
    else set[kind] = Number(days);
  }
  const read = retentionOf({ ...set, events });
  if ('days' in read) return { days: read.days, faults };
  const usual = retentionOf({ events });
  if (!('days' in usual)) throw new Error(usual.faults.join('; '));
  return { days: usual.days, faults: [...faults, ...read.faults] };
}

interface Rule {
  readonly kind: RetentionKind;
  readonly table: string;
  /** Since when a row is of no use; rows where it is null are. */
  readonly since: string;
}

/** What this throws away. The log, answers, rights and visits are the relay's own upkeep, quarantine its worker's. */
const rules: readonly Rule[] = [
  { kind: 'sessions', table: 'sessions', since: 'least(ended_at, expires_at)' },
  { kind: 'unused-secrets', table: 'challenges', since: 'expires_at' },
  { kind: 'unused-secrets', table: 'wall_pairings', since: 'expires_at' },
  { kind: 'unused-secrets', table: 'link_secrets', since: 'expires_at' },
  { kind: 'sign-in-failures', table: 'attempts', since: 'at' },
  { kind: 'known-devices', table: 'known_devices', since: 'seen_at' },
  { kind: 'letters', table: 'post', since: 'ended_at' },
  { kind: 'letters', table: 'demo_mailbox', since: 'at' },
  // These say themselves until when: their days are in it.
  { kind: 'archives', table: 'privacy_archives', since: "expires_at + interval '1 day' * -(:days)" },
  { kind: 'requests', table: 'privacy_requests', since: 'ended_at' },
];

const existsSchema = z.array(z.object({ name: z.string() }));

/** Throws away what is older than it is kept. Gives how much of each kind; of several nodes at once each row counts once. */
export async function applyRetention(
  privacy: Database,
  retention: Retention,
): Promise<Partial<Record<RetentionKind, number>>> {
  const tables = rules.map(({ table }) => table);
  const there = existsSchema.parse(
    await privacy`
      select relname as name from pg_class where relnamespace = 'carewall'::regnamespace and relname = any(${tables})`,
  );
  const counts: Partial<Record<RetentionKind, number>> = {};
  for (const { kind, table, since } of rules) {
    if (!there.some(({ name }) => name === table)) continue;
    const days = retention[kind];
    const moment = since.replace(':days', String(days));
    const gone = await privacy`
      delete from carewall.${privacy(table)}
      where ${privacy.unsafe(moment)} < clock_timestamp() - make_interval(days => ${days})`;
    counts[kind] = (counts[kind] ?? 0) + gone.count;
  }
  return counts;
}
