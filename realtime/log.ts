import { type Logger, pino } from 'pino';

export type { Logger };

/** The server's log: JSON lines on standard error, so that standard output says only where to look. */
export function createLog(level: string): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}

/**
 * What may be said of a failure: its kind and code and where it came from. Never its message or detail, which may
 * quote a row, and a row may hold a patient.
 */
export function faultFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { fault: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const trace = error.stack
    ?.split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 6);
  return { fault: error.name, ...(code === undefined ? {} : { code }), trace };
}
