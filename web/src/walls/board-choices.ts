import type { TopicList } from '#domain/protocol.ts';
import { type BoardKind, boards, type WallView } from '#domain/walls/boards.ts';
import { facilitiesOf } from '../places/places.ts';

/** A board that whoever looks could let a display show. */
export interface BoardChoice {
  readonly kind: BoardKind;
  readonly place: string;
  readonly name: string;
  readonly view: WallView;
}

/** The boards among what one may see oneself. */
export function boardChoices(topics: TopicList['topics']): BoardChoice[] {
  const of = (kind: BoardKind, { id, name }: { id: string; name: string }): BoardChoice[] =>
    boards[kind].views.map((view) => ({ kind, place: id, name, view }));
  const network = topics.find(({ topic }) => topic === 'network/availability')?.path[0];
  const facilities = facilitiesOf(topics);
  return [
    ...(network === undefined ? [] : of('network', network)),
    ...facilities.flatMap((facility) => of('facility', facility)),
    ...facilities.flatMap(({ units }) => units.flatMap((unit) => of('unit', unit))),
  ];
}
