import { type CareGroup, careGroups, type LevelOfCare, levelsOfCare } from '#domain/network/levels.ts';
import { type ShownState, shownStates } from '#domain/network/shown.ts';
import { readPosition } from '../../map/earth.ts';

export const tableColumns = [
  'facility',
  'type',
  'region',
  'care',
  'state',
  'available',
  'age',
  'source',
  'distance',
] as const;
export type TableColumn = (typeof tableColumns)[number];

export const careChoices = ['live', ...careGroups, ...levelsOfCare] as const;
export type CareChoice = 'live' | CareGroup | LevelOfCare;
/** `open`: there is a bed to be had, many or few. */
export const stateChoices = ['open', ...shownStates] as const;
export type StateChoice = 'open' | ShownState;
export const withinChoices = [10, 25, 50, 100, 250, 500] as const;

/** What of the network is shown, as its address says it. The table and the map show the same. */
export interface TableView {
  readonly show?: 'map';
  readonly text?: string;
  readonly care?: CareChoice;
  readonly region?: string;
  readonly state?: StateChoice;
  /** From where distances are counted: the id of a facility, or a position that was typed. Where somebody stands is in no address. */
  readonly near?: string;
  /** Kilometres. */
  readonly within?: number;
  readonly sort?: TableColumn;
  readonly down?: true;
  /** The facility that is open. */
  readonly open?: string;
}

const id = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Reads the view from an address; what makes no sense there is left out. */
export function readTableView(search: Readonly<Record<string, unknown>>): TableView {
  // The router reads `?open=12` as a number.
  const text = (name: string) => {
    const value = search[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 100) : '';
  };
  const [words, near, region, open] = [text('text'), text('near'), text('region'), text('open')];
  const care = careChoices.find((one) => one === search.care);
  const state = stateChoices.find((one) => one === search.state);
  const within = withinChoices.find((one) => one === Number(text('within') || Number.NaN));
  const sort = tableColumns.find((one) => one === search.sort);
  return {
    ...(search.show === 'map' ? { show: 'map' } : {}),
    ...(words === '' ? {} : { text: words }),
    ...(care === undefined ? {} : { care }),
    ...(id.test(region) ? { region } : {}),
    ...(state === undefined ? {} : { state }),
    ...(id.test(near) || readPosition(near) !== undefined ? { near } : {}),
    ...(within === undefined ? {} : { within }),
    ...(sort === undefined || sort === 'facility' ? {} : { sort }),
    ...(search.down === true ? { down: true } : {}),
    ...(id.test(open) ? { open } : {}),
  };
}
