import { Pool } from 'pg';
import { urlForQueue } from '../database-url.ts';

/**
 * Connections for the queue's library, which speaks to Postgres through a driver of its own choice. Ours to open and to end:
 * the library leaves its own to end by themselves, and hears no more of what befalls them meanwhile.
 */
export function openJobPool(
  url: string,
  options: { role?: 'carewall_jobs'; max: number; onError: (error: unknown) => void },
): { pool: Pool; end(): Promise<void> } {
  const { role, max, onError } = options;
  const address = urlForQueue(url);
  const settings = [...(role === undefined ? [] : [`role=${role}`]), 'statement_timeout=15000'];
  address.searchParams.set('options', settings.map((setting) => `-c ${setting}`).join(' '));
  const pool = new Pool({
    connectionString: address.href,
    max,
    application_name: 'carewall jobs',
    connectionTimeoutMillis: 5_000,
  });
  pool.on('error', onError);
  return { pool, end: () => pool.end() };
}
