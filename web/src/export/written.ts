import { byteOrderMark, csvRecord } from './csv.ts';
import { ageSeconds, type Cell, type Exportable, type ExportHead } from './exportable.ts';

export const exportFormats = ['csv', 'json'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** A part of a file, and how many rows are written with it. */
export interface WrittenPart {
  readonly text: string;
  readonly rows: number;
}

/** The headings of what every table has, in the language of whoever exports. */
export interface HeadWords {
  readonly table: string;
  readonly filter: string;
  readonly exportedAt: string;
  readonly by: string;
  readonly views: string;
  readonly rows: string;
  readonly asOf: string;
  readonly age: string;
  readonly source: string;
  readonly freshness: string;
}

/** How many rows are written before somebody else may have the processor. */
const rowsAtOnce = 200;

/** A table as a file, part by part: the whole of a country would hold the screen up. */
export function* written<Row>(
  format: ExportFormat,
  table: Exportable<Row>,
  head: ExportHead,
  words: HeadWords,
  nowMs: number,
): Generator<WrittenPart, void> {
  const { rows } = table;
  yield {
    text: format === 'csv' ? csvHead(table, head, words) : `{"about":${JSON.stringify(head)},"rows":[`,
    rows: 0,
  };
  for (let first = 0; first < rows.length; first += rowsAtOnce) {
    const part = rows.slice(first, first + rowsAtOnce);
    const text =
      format === 'csv'
        ? part.map((row) => csvRecord(csvCells(table, row, nowMs))).join('')
        : `${first === 0 ? '' : ','}\n${part.map((row) => JSON.stringify(jsonRow(table, row, nowMs))).join(',\n')}`;
    yield { text, rows: part.length };
  }
  if (format === 'json') yield { text: '\n]}\n', rows: 0 };
}

/** Every record has as many cells as the table has columns, the head's too: a reader need not guess. */
function csvHead<Row>({ columns }: Exportable<Row>, head: ExportHead, words: HeadWords): string {
  const titles = [...columns.map(({ title }) => title), words.asOf, words.age, words.source, words.freshness];
  const about: readonly (readonly [string, Cell])[] = [
    [words.table, head.title],
    [words.filter, head.filter],
    [words.exportedAt, head.exportedAt],
    [words.by, head.by],
    [words.views, head.views.join(' ')],
    [words.rows, head.rows],
    ['', undefined],
  ];
  const records = about.map((cells) => Array.from(titles, (_, index) => cells[index]));
  return byteOrderMark + [...records, titles].map(csvRecord).join('');
}

function csvCells<Row>({ columns, said }: Exportable<Row>, row: Row, nowMs: number): Cell[] {
  const of = said(row, nowMs);
  return [
    ...columns.map(({ read }) => read(row)),
    of?.asOf,
    of && ageSeconds(of, nowMs),
    of?.source.name,
    of?.freshness ?? 'unknown',
  ];
}

function jsonRow<Row>({ columns, said }: Exportable<Row>, row: Row, nowMs: number): object {
  const of = said(row, nowMs);
  return {
    ...Object.fromEntries(columns.map(({ key, read }) => [key, read(row)])),
    ...(of && { asOf: of.asOf, ageSeconds: ageSeconds(of, nowMs), source: of.source }),
    freshness: of?.freshness ?? 'unknown',
  };
}
