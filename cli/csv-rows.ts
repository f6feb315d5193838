import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type CsvError, type Parser, parse } from 'csv-parse';
import { z } from 'zod';
import { UsageError } from './command-line.ts';
import type { Row } from './facility-rows.ts';

/** The longest row that is read: what is longer is a quote that nobody has closed. */
const mostCharacters = 65_536;

/** One row of a file, with the line on which it begins, counted from 1. */
export type CsvRow =
  | { readonly line: number; readonly row: Row }
  /** Not a row of this file. */
  | { readonly line: number; readonly fault: string }
  /** From here on nothing can be read. */
  | { readonly line: number; readonly end: string };

export interface CsvFile {
  readonly rows: AsyncIterable<CsvRow>;
  /** How much of the file has been read, from 0 to 1. */
  read(): number;
}

interface CsvRecord {
  readonly fields: readonly string[];
  readonly raw: string;
}

const fieldsSchema = z.object({ record: z.array(z.string()), raw: z.string() });

/**
 * Reads a CSV file (RFC 4180, UTF-8, with or without a byte order mark) row by row: no more of it is in memory than is being
 * worked on. The first row names the columns. Raises a `UsageError` where there is no such file, and while it is read
 * where a column of `needed` is missing.
 */
export async function openCsv(path: string, needed: readonly string[]): Promise<CsvFile> {
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
  if (size === undefined) throw new UsageError(`${path} is no file that can be read`);
  let bytes = 0;

  async function* records(): AsyncGenerator<CsvRecord | 'cut'> {
    const parsed: CsvRecord[] = [];
    const parser = parse({
      bom: true,
      raw: true,
      relax_column_count: true,
      // A quote in the middle of a field is taken as it stands: other programs write such files.
      relax_quotes: true,
      max_record_size: mostCharacters,
      // Taken here, not from the stream: where a file breaks off, a stream throws away what it has read before.
      on_record: (found: unknown) => {
        const { record, raw } = fieldsSchema.parse(found);
        parsed.push({ fields: record, raw });
        return null;
      },
    });
    parser.on('error', () => undefined);
    parser.resume();
    const source = createReadStream(path);
    for await (const chunk of source) {
      const failed = await written(parser, chunk);
      yield* parsed.splice(0);
      bytes += chunk.length;
      if (failed) return yield 'cut';
    }
    const failed = await written(parser, undefined);
    yield* parsed.splice(0);
    if (failed) yield 'cut';
  }

  async function* rows(): AsyncGenerator<CsvRow> {
    let header: readonly string[] | undefined;
    let next = 1;
    for await (const record of records()) {
      const line = next;
      if (record === 'cut') {
        if (header === undefined) throw new UsageError(`${path} is no CSV file`);
        return yield { line, end: 'a quote is not closed: nothing from here on can be read' };
      }
      const { fields, raw } = record;
      next += Math.max(1, raw.match(/\r\n|\r|\n/g)?.length ?? 1);
      if (fields.length === 1 && fields[0] === '') continue;
      if (header === undefined) header = checkedHeader(fields, needed, path);
      else if (fields.length === header.length) {
        yield { line, row: new Map(header.map((name, index) => [name, fields[index] ?? ''])) };
      } else yield { line, fault: `has ${fields.length} columns, not ${header.length}` };
    }
    if (header === undefined) throw new UsageError(`${path} is empty`);
  }

  return { rows: rows(), read: () => bytes / Math.max(1, size) };
}

/** Gives the parser a piece of the file, or its end; answers with what is wrong with it, if anything is. */
function written(parser: Parser, chunk: Buffer | undefined): Promise<CsvError | Error | undefined> {
  return new Promise((resolve) => {
    const done = (error?: Error | null) => resolve(error ?? undefined);
    if (chunk !== undefined) parser.write(chunk, done);
    else {
      // An end that fails is only told of by the event.
      parser.once('error', done);
      parser.end(() => done());
    }
  });
}

function checkedHeader(record: readonly string[], needed: readonly string[], path: string): string[] {
  const header = record.map((name) => name.trim());
  const missing = needed.filter((column) => !header.includes(column));
  const twice = needed.filter((column) => header.indexOf(column) !== header.lastIndexOf(column));
  if (missing.length + twice.length === 0) return header;
  throw new UsageError(
    [
      `${path} does not fit the map:`,
      ...missing.map((column) => `  there is no column "${column}"`),
      ...twice.map((column) => `  there are two columns "${column}"`),
      '  (--map says what the columns of another file mean)',
    ].join('\n'),
  );
}
