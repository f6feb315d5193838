import type { Cell } from './exportable.ts';

/** Spreadsheets that read UTF-8 only where a mark says so are still about. */
export const byteOrderMark = '\ufeff';

/**
 * What a spreadsheet would take for a formula, by its first character: OWASP's list with the full-width forms, which
 * some programs fold to the plain ones.
 */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** A cell as text that no spreadsheet runs: what looks like a formula begins with an apostrophe. */
export function neutralised(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

/** One cell by RFC 4180: quoted where it must be, a quote inside doubled. */
export function csvCell(cell: Cell): string {
  if (cell === undefined) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = neutralised(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One record by RFC 4180 with its line break. A record of one empty cell is quoted: otherwise it would be an empty line. */
export function csvRecord(cells: readonly Cell[]): string {
  const line = cells.map(csvCell).join(',');
  return `${line === '' ? '""' : line}\r\n`;
}
