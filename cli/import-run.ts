import { v7 as uuidv7 } from 'uuid';
import type { Issue } from '#domain/errors.ts';
import { type Registered, registeredSchema } from '#domain/network/facility-commands.ts';
import type { CsvRow } from './csv-rows.ts';
import type { FacilityMap } from './facility-map.ts';
import { type Registration, readFacilityRow } from './facility-rows.ts';
import { type ServerSession, SessionError } from './server-session.ts';

/** A row that did not become a facility. */
export interface RefusedRow {
  readonly line: number;
  readonly facility: string;
  readonly code: string;
  readonly message: string;
  readonly issues: readonly Issue[];
}

/** How far an import has come. */
export interface ImportTally {
  rows: number;
  readonly outcomes: Record<Registered['outcome'] | 'valid', number>;
  refused: number;
  /** Facilities of which somebody has said something later than this file, which stands. */
  later: number;
  /** Beds of the facilities that were taken, and how many of those facilities have counts. */
  beds: number;
  counted: number;
}

export interface ImportOptions {
  readonly rows: AsyncIterable<CsvRow>;
  readonly map: FacilityMap;
  readonly asOf: string;
  /** The first line that is sent; those before it only count for what is in the file twice. */
  readonly fromLine: number;
  /** Without one nothing is sent: rows are only read. */
  readonly session: ServerSession | undefined;
  readonly concurrency: number;
  readonly interrupted: AbortSignal;
  readonly onRefused: (row: RefusedRow) => void;
  readonly onProgress: (tally: ImportTally) => void;
}

/** How an import ended. `resumeAt` is the first line of which it is not known that the server has it; nothing when all is done. */
export interface ImportEnd {
  readonly tally: ImportTally;
  readonly resumeAt?: number;
  /** Why it ended before its time. */
  readonly why?: string;
}

/**
 * Registers the facilities of a file, one command for each, a few at a time. Every command gets its id here, once: sent again
 * after a lost answer it is the same command. Between two imports it is the registration itself that makes no double.
 */
export async function importFacilities(options: ImportOptions): Promise<ImportEnd> {
  const { map, asOf, session, interrupted } = options;
  const tally: ImportTally = {
    rows: 0,
    outcomes: { registered: 0, changed: 0, same: 0, valid: 0 },
    refused: 0,
    later: 0,
    beds: 0,
    counted: 0,
  };
  const lineOf = new Map<string, number>();
  const underway = new Map<number, Promise<void>>();
  let failure: { readonly line: number; readonly why: string } | undefined;

  function refuse(row: RefusedRow): void {
    tally.refused += 1;
    options.onRefused(row);
  }

  function count({ counts = [] }: Registration, outcome: keyof ImportTally['outcomes'], later: number): void {
    tally.outcomes[outcome] += 1;
    if (later > 0) tally.later += 1;
    if (counts.length > 0) tally.counted += 1;
    tally.beds += counts.reduce((sum, { capacity }) => sum + capacity, 0);
  }

  async function register(line: number, data: Registration): Promise<void> {
    if (session === undefined) return count(data, 'valid', 0);
    const { facility } = data;
    try {
      const answer = await session.send({ id: uuidv7(), type: 'facility.register', data }, interrupted);
      if (!answer.ok) return refuse({ line, facility, ...answer });
      const { outcome, later } = registeredSchema.parse(answer.answer.result);
      count(data, outcome, later.length);
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      // Of several that failed, the first line says where to go on.
      if (failure === undefined || line < failure.line) failure = { line, why: error.message };
    }
  }

  function accept(read: Exclude<CsvRow, { end: string }>): Registration | undefined {
    const { line } = read;
    if ('fault' in read) {
      refuse({ line, facility: '', code: 'invalid', message: read.fault, issues: [] });
      return undefined;
    }
    const result = readFacilityRow(read.row, map, asOf);
    if (!result.ok) {
      const { facility, issues } = result;
      refuse({ line, facility, code: 'invalid', message: 'the row does not fit', issues });
      return undefined;
    }
    const { facility } = result.data;
    const first = lineOf.get(facility);
    if (first === undefined) {
      lineOf.set(facility, line);
      return result.data;
    }
    const issues = [{ path: map.facility.column, message: `stands in line ${first} already` }];
    refuse({ line, facility, code: 'conflict', message: 'the facility is in the file twice', issues });
    return undefined;
  }

  let next: number | undefined;
  for await (const read of options.rows) {
    if (interrupted.aborted || failure !== undefined) {
      next = read.line;
      break;
    }
    if ('end' in read) {
      failure = { line: read.line, why: read.end };
      break;
    }
    if (read.line < options.fromLine) {
      if ('row' in read) {
        const before = readFacilityRow(read.row, map, asOf);
        if (before.ok) lineOf.set(before.data.facility, read.line);
      }
      continue;
    }
    tally.rows += 1;
    const data = accept(read);
    if (data !== undefined) {
      const work = register(read.line, data).finally(() => {
        underway.delete(read.line);
        options.onProgress(tally);
      });
      underway.set(read.line, work);
      if (underway.size >= options.concurrency) await Promise.race(underway.values());
    }
  }
  await Promise.all(underway.values());
  if (failure !== undefined) return { tally, resumeAt: failure.line, why: failure.why };
  return next === undefined ? { tally } : { tally, resumeAt: next, why: 'interrupted' };
}
