import { groupOf, type LevelOfCare, levelsOfCare } from '#domain/network/levels.ts';
import type { Position } from '#domain/network/schema.ts';
import { shownStates } from '#domain/network/shown.ts';
import { kilometresBetween } from '../../map/earth.ts';
import { countOf, searched, type TableRow } from './table-rows.ts';
import type { TableColumn, TableView } from './table-view.ts';

/** What rows are judged by besides the view. */
export interface TableMoment {
  /** The moment by which counts are judged. */
  readonly atMs: number;
  /** From where distances are counted. */
  readonly from: Position | undefined;
}

/** How far a facility is from a place, in kilometres. */
export function distanceOf(row: TableRow, from: Position | undefined): number | undefined {
  const { details } = row.facility;
  return from === undefined || details?.position === undefined
    ? undefined
    : kilometresBetween(from, details.position);
}

/** Whether a row is of what was asked for. */
export function matches(row: TableRow, view: TableView, { atMs, from }: TableMoment): boolean {
  const { care, region, state, text, within } = view;
  if (care !== undefined && !isOf(row, care)) return false;
  if (region !== undefined && row.facility.details?.region?.id !== region) return false;
  if (
    text !== undefined &&
    !searched(text)
      .split(/\s+/)
      .every((word) => row.text.includes(word))
  )
    return false;
  if (within !== undefined && from !== undefined) {
    const distance = distanceOf(row, from);
    if (distance === undefined || distance > within) return false;
  }
  if (state === undefined) return true;
  const shown = countOf(row, atMs).state;
  return state === 'open' ? shown === 'available' || shown === 'limited' : shown === state;
}

function isOf({ care }: TableRow, wanted: NonNullable<TableView['care']>): boolean {
  return care === wanted || (care !== 'live' && care !== 'none' && groupOf(care) === wanted);
}

/**
 * Puts rows in order. The order of texts is worked out once and kept: to compare seven thousand names by the rules of a
 * language takes longer than a screen may stand still.
 */
export function createTableOrder(): (
  rows: readonly TableRow[],
  view: TableView,
  moment: TableMoment,
) => TableRow[] {
  const ranks = {
    facility: createRanks(),
    type: createRanks(),
    region: createRanks(),
    source: createRanks(),
  };
  const learnt = new WeakSet<TableRow>();
  let before = { way: '', by: new Map<string, Ranked>(), order: [] as readonly TableRow[] };
  function key(row: TableRow, column: TableColumn, { atMs, from }: TableMoment): number | undefined {
    switch (column) {
      case 'facility':
      case 'type':
      case 'region':
      case 'source': {
        const text = textOf(row, column);
        return text === undefined ? undefined : ranks[column].of(text);
      }
      case 'care':
        return careRank(row);
      case 'state':
        return shownStates.indexOf(countOf(row, atMs).state);
      case 'available': {
        const { state, available } = countOf(row, atMs);
        // What is not known is not few.
        return state === 'unknown' || available === undefined ? undefined : available;
      }
      case 'age':
        return row.said && -row.said.atMs;
      case 'distance':
        return distanceOf(row, from);
      default:
        return column satisfies never;
    }
  }
  return (rows, view, moment) => {
    const shown = rows.filter((row) => matches(row, view, moment));
    const fresh = shown.filter((row) => !learnt.has(row));
    for (const column of ['facility', 'type', 'region', 'source'] as const)
      ranks[column].learn(fresh, (row) => textOf(row, column));
    for (const row of fresh) learnt.add(row);
    const { sort = 'facility', down = false } = view;
    const sign = down ? -1 : 1;
    const compare = (a: Ranked, b: Ranked) => {
      // Where there is nothing it stands last, whichever way.
      if (a.key === undefined || b.key === undefined)
        return Number(a.key === undefined) - Number(b.key === undefined) || byName(a, b);
      return sign * (a.key - b.key) || byName(a, b);
    };
    const now = new Map<string, Ranked>();
    const moved: Ranked[] = [];
    const way = `${sort} ${down}`;
    for (const row of shown) {
      const ranked = { row, key: key(row, sort, moment), name: ranks.facility.of(row.facility.name) };
      now.set(row.key, ranked);
      const old = before.way === way ? before.by.get(row.key) : undefined;
      if (old === undefined || old.key !== ranked.key || old.name !== ranked.name) moved.push(ranked);
    }
    // What has not moved is in order already: of a country a hundred rows move in a second, and not fourteen thousand.
    const moving = new Set(moved.map(({ row }) => row.key));
    const stayed: Ranked[] = [];
    for (const old of moved.length === now.size ? [] : before.order) {
      const ranked = now.get(old.key);
      if (ranked !== undefined && !moving.has(old.key)) stayed.push(ranked);
    }
    const order = merged(stayed, moved.sort(compare), compare).map(({ row }) => row);
    before = { way, by: now, order };
    return order;
  };
}

/** A row with what it is ordered by. */
interface Ranked {
  readonly row: TableRow;
  readonly key: number | undefined;
  readonly name: number;
}

/** Two lists that are in order as one. */
function merged<One>(a: readonly One[], b: readonly One[], compare: (a: One, b: One) => number): One[] {
  const all: One[] = [];
  let next = 0;
  for (const one of a) {
    for (let other = b[next]; other !== undefined && compare(other, one) < 0; other = b[next]) {
      all.push(other);
      next += 1;
    }
    all.push(one);
  }
  return [...all, ...b.slice(next)];
}

function byName(a: Ranked, b: Ranked): number {
  if (a.name !== b.name) return a.name - b.name;
  if (a.row.facility.id !== b.row.facility.id) return a.row.facility.id < b.row.facility.id ? -1 : 1;
  return careRank(a.row) - careRank(b.row);
}

const careRanks = new Map<string, number>(levelsOfCare.map((level: LevelOfCare, at) => [level, at]));
function careRank({ care }: TableRow): number {
  return care === 'live' ? -1 : (careRanks.get(care) ?? levelsOfCare.length);
}

function textOf(row: TableRow, column: 'facility' | 'type' | 'region' | 'source'): string | undefined {
  switch (column) {
    case 'facility':
      return row.facility.name;
    case 'type':
      return row.facility.details?.type;
    case 'region':
      return row.facility.details?.region?.name;
    case 'source':
      return row.said?.source.name;
    default:
      return column satisfies never;
  }
}

const inLanguage = new Intl.Collator(undefined, { numeric: true });

/** The places of texts among each other, worked out anew only when one comes that was not there before. */
function createRanks() {
  let ranks = new Map<string, number>();
  return {
    learn(rows: readonly TableRow[], read: (row: TableRow) => string | undefined) {
      const fresh = new Set<string>();
      for (const row of rows) {
        const text = read(row);
        if (text !== undefined && !ranks.has(text)) fresh.add(text);
      }
      if (fresh.size === 0) return;
      ranks = new Map([...ranks.keys(), ...fresh].sort(inLanguage.compare).map((text, at) => [text, at]));
    },
    of: (text: string) => ranks.get(text) ?? 0,
  };
}
