import { expect, test } from 'vitest';
import type { TopicList } from '#domain/protocol.ts';
import { boardOfWall } from './board-of-wall.ts';

const path: TopicList['topics'][number]['path'] = [
  { id: 'demo', kind: 'organisation', name: 'Riverside Health' },
  { id: 'rgh', kind: 'facility', name: 'Riverside' },
  { id: '4w', kind: 'unit', name: '4 West' },
];
const beds = { topic: 'unit/4w/beds', view: 'operational.1', name: '4 West', path };
const network = {
  topic: 'network/availability',
  view: 'public.1',
  name: 'Riverside Health',
  path: path.slice(0, 1),
};
const at = (place: string) => ({ grants: [{ role: 'display', place }] });

test('a wall’s board is where its right is', () => {
  expect(boardOfWall(at('4w'), [beds])).toBe('/units/4w/beds');
  expect(boardOfWall(at('rgh'), [beds])).toBe('/wall/rgh');
  expect(boardOfWall(at('demo'), [network])).toBe('/network');
});

test('a wall that may see nothing has no board', () => {
  expect(boardOfWall(at('4w'), [])).toBeUndefined();
  expect(boardOfWall(at('elsewhere'), [beds])).toBeUndefined();
  expect(boardOfWall({ grants: [] }, [beds])).toBeUndefined();
});
