import type { Scope } from '../identity/principal.ts';

export const boardKinds = ['facility', 'unit', 'network'] as const;
export type BoardKind = (typeof boardKinds)[number];
export const wallViews = ['operational', 'public'] as const;
export type WallView = (typeof wallViews)[number];

interface Board {
  /** The kind of place that has it. */
  readonly place: 'facility' | 'unit' | 'organisation';
  /** The kinds of topics that it is made of. */
  readonly topics: readonly string[];
  /** The views in which it can be shown. None holds a patient's identity: glass is read by whoever passes. */
  readonly views: readonly WallView[];
}

const unitTopics = ['unit/*/beds', 'unit/*/alerts', 'unit/*/feeds'];

/** What a wall can show. */
export const boards: Readonly<Record<BoardKind, Board>> = {
  facility: { place: 'facility', topics: unitTopics, views: ['operational'] },
  unit: { place: 'unit', topics: unitTopics, views: ['operational'] },
  network: {
    place: 'organisation',
    topics: ['network/availability', 'region/*/availability', 'facility/*/availability', 'facility/*/census'],
    views: ['public'],
  },
};

/** All that the session of a wall may: the topics of its board, in no fuller view than its own, and no command. */
export function scopeOfWall({ board, view }: { board: { kind: BoardKind }; view: WallView }): Scope {
  return { topics: boards[board.kind].topics, commands: [], view };
}
