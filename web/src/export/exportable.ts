import { type Instant, millis } from '#domain/instant.ts';
import { confirmationLimitMs, type Freshness, freshnessOf } from '#domain/measures/freshness.ts';
import type { Source } from '#domain/source.ts';

/** What stands in one cell. A number stays a number; what a view does not hold is nothing. */
export type Cell = string | number | boolean | undefined;

/** How far a row can be relied on at the moment of the export. */
export type RowFreshness = Freshness | 'unknown';

/** Who last said what stands in a row, and when. */
export interface Said {
  readonly asOf: Instant;
  readonly source: Source;
  readonly freshness: RowFreshness;
}

export interface ExportColumn<Row> {
  /** Its name in JSON, the same in every language. */
  readonly key: string;
  /** Its heading in CSV, in the language of whoever exports. */
  readonly title: string;
  readonly read: (row: Row) => Cell;
}

/** A table as its viewer sees it: their rows, under their filter, in their order. */
export interface Exportable<Row> {
  /** What the file is called. Never the name of anybody or anything in it. */
  readonly file: string;
  readonly title: string;
  /** What the rows were chosen and ordered by, in words; empty where nothing was. */
  readonly filter: string;
  /** The topics that the rows are from. */
  readonly topics: readonly string[];
  readonly columns: readonly ExportColumn<Row>[];
  readonly rows: readonly Row[];
  /** What is known of a row's age at a moment; nothing where nobody has said anything. */
  readonly said: (row: Row, nowMs: number) => Said | undefined;
}

/** What an export was made of, by whom and when. */
export interface ExportHead {
  readonly title: string;
  readonly filter: string;
  readonly exportedAt: Instant;
  readonly by: string;
  /** Each topic with the name of the view in which it was seen. */
  readonly views: readonly string[];
  readonly rows: number;
}

/** How far rows of a topic can be relied on by when the server last confirmed the whole of it. */
export function confirmedFreshness(confirmedAt: Instant | undefined, nowMs: number): RowFreshness {
  return confirmedAt === undefined
    ? 'unknown'
    : freshnessOf(nowMs - millis(confirmedAt), confirmationLimitMs);
}

/** The age of a row in whole seconds. A clock that is a little ahead makes nothing younger than now. */
export function ageSeconds(said: Said, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - millis(said.asOf)) / 1000));
}
