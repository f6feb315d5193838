import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { csvRecord, neutralised } from './csv.ts';
import { type Cell, confirmedFreshness, type Exportable } from './exportable.ts';
import { type ExportFormat, type HeadWords, written } from './written.ts';

const words: HeadWords = {
  table: 'Table',
  filter: 'Shown',
  exportedAt: 'Exported at',
  by: 'Exported by',
  views: 'Views',
  rows: 'Rows',
  asOf: 'As of',
  age: 'Age in seconds',
  source: 'Source',
  freshness: 'Freshness',
};
const nowMs = Date.parse('2026-11-21T12:00:00.000Z');

interface Row {
  readonly name: string;
  readonly count: number | undefined;
}
const table = (rows: readonly Row[]): Exportable<Row> => ({
  file: 'beds',
  title: 'Beds of 4 West',
  filter: '',
  topics: ['unit/w4/beds'],
  columns: [
    { key: 'name', title: 'Bed', read: ({ name }) => name },
    { key: 'count', title: 'Number', read: ({ count }) => count },
  ],
  rows,
  said: ({ count }) =>
    count === undefined
      ? undefined
      : {
          asOf: '2026-11-21T11:59:00.000Z',
          source: { kind: 'person', id: 'p', name: 'Nurse' },
          freshness: 'fresh',
        },
});
const write = (format: ExportFormat, rows: readonly Row[]) =>
  [
    ...written(
      format,
      table(rows),
      {
        title: 'Beds of 4 West',
        filter: '',
        exportedAt: '2026-11-21T12:00:00.000Z',
        by: 'Nurse',
        views: ['unit/w4/beds operational.1'],
        rows: rows.length,
      },
      words,
      nowMs,
    ),
  ]
    .map(({ text }) => text)
    .join('');

/** A reader of RFC 4180 that knows nothing of how the file was written. */
function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let cells: string[] = [];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      at += 1;
      while (at < text.length) {
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') {
          cell += '"';
          at += 1;
        } else break;
        at += 1;
      }
      at += 1;
    } else {
      while (at < text.length && text[at] !== ',' && text.slice(at, at + 2) !== '\r\n') {
        if (text[at] === '"' || text[at] === '\r' || text[at] === '\n')
          throw new Error('a bare quote or line break');
        cell += text[at];
        at += 1;
      }
    }
    cells.push(cell);
    if (text[at] === ',') {
      at += 1;
      if (at === text.length) throw new Error('ends in the middle of a record');
    } else if (text.slice(at, at + 2) === '\r\n') {
      at += 2;
      records.push(cells);
      cells = [];
    } else throw new Error(`neither a comma nor a line break at ${at}`);
  }
  return records;
}

const texts = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', "'", 'a', '1', '＝') }),
);
const numbers = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const rowsOf = fc.array(fc.record({ name: texts, count: fc.option(numbers, { nil: undefined }) }), {
  maxLength: 450,
});

describe('CSV', () => {
  it('reads back as the same cells', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.oneof(texts, numbers), { minLength: 1, maxLength: 6 })), (records) => {
        const text = records.map((cells: readonly Cell[]) => csvRecord(cells)).join('');
        expect(readCsv(text)).toEqual(
          records.map((cells) =>
            cells.map((cell) => (typeof cell === 'string' ? neutralised(cell) : String(cell))),
          ),
        );
      }),
    );
  });

  it('has no cell that a spreadsheet takes for a formula, and loses nothing by it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const safe = neutralised(text);
        expect(safe).not.toMatch(/^[=+\-@\t\r\n]/);
        expect([text, `'${text}`]).toContain(safe);
      }),
    );
    for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1']) {
      expect(neutralised(text)).toBe(`'${text}`);
    }
  });

  it('keeps numbers as numbers, negative ones too', () => {
    expect(csvRecord([-3, 0.5, '-3', undefined, true])).toBe("-3,0.5,'-3,,true\r\n");
  });

  it('has a head, and as many cells in every record, however many rows', () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const text = write('csv', rows);
        expect(text.startsWith('\ufeff')).toBe(true);
        const records = readCsv(text.slice(1));
        expect(new Set(records.map((cells) => cells.length))).toEqual(new Set([6]));
        expect(records.slice(0, 6).map(([name]) => name)).toEqual([
          'Table',
          'Shown',
          'Exported at',
          'Exported by',
          'Views',
          'Rows',
        ]);
        expect(records[7]).toEqual(['Bed', 'Number', 'As of', 'Age in seconds', 'Source', 'Freshness']);
        expect(records.slice(8)).toEqual(
          rows.map(({ name, count }) =>
            count === undefined
              ? [neutralised(name), '', '', '', '', 'unknown']
              : [neutralised(name), String(count), '2026-11-21T11:59:00.000Z', '60', 'Nurse', 'fresh'],
          ),
        );
      }),
    );
  });
});

describe('JSON', () => {
  const fileSchema = z.object({
    about: z.object({ title: z.string(), by: z.string(), views: z.array(z.string()), rows: z.number() }),
    rows: z.array(z.record(z.string(), z.unknown())),
  });
  it('reads back as the same rows with their ages', () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const file = fileSchema.parse(JSON.parse(write('json', rows)));
        expect(file.about.rows).toBe(rows.length);
        expect(file.rows).toEqual(
          rows.map(({ name, count }) =>
            count === undefined
              ? { name, freshness: 'unknown' }
              : {
                  name,
                  count: Object.is(count, -0) ? 0 : count,
                  asOf: '2026-11-21T11:59:00.000Z',
                  ageSeconds: 60,
                  source: { kind: 'person', id: 'p', name: 'Nurse' },
                  freshness: 'fresh',
                },
          ),
        );
      }),
    );
  });
});

it('relies on a topic as far as the server has confirmed it', () => {
  const ago = (ms: number) => new Date(nowMs - ms).toISOString();
  expect(confirmedFreshness(undefined, nowMs)).toBe('unknown');
  expect(confirmedFreshness(ago(1_000), nowMs)).toBe('fresh');
  expect(confirmedFreshness(ago(61_000), nowMs)).toBe('ageing');
  expect(confirmedFreshness(ago(121_000), nowMs)).toBe('stale');
});
