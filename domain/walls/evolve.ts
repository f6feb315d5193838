import type { TopicEvent } from '../module.ts';
import { wallChangedSchema, wallRevokedSchema, wallsHeardSchema } from './events.ts';
import type { Walls } from './schema.ts';

/** The walls of an organisation after an event of their topic. What concerns none of them gives the same object back. */
export function evolveWalls(state: Walls, { type, data }: TopicEvent): Walls {
  switch (type) {
    case 'wall.approved':
    case 'wall.renamed': {
      const { to } = wallChangedSchema.parse(data);
      return { ...state, walls: { ...state.walls, [to.id]: to } };
    }
    case 'wall.revoked': {
      const { wall } = wallRevokedSchema.parse(data);
      const { [wall]: _wall, ...walls } = state.walls;
      const { [wall]: _contact, ...contacts } = state.contacts;
      return { ...state, walls, contacts };
    }
    case 'walls.heard': {
      const heard = wallsHeardSchema.parse(data).contacts.map(({ to }) => [to.wall, to] as const);
      return { ...state, contacts: { ...state.contacts, ...Object.fromEntries(heard) } };
    }
    default:
      return state;
  }
}
