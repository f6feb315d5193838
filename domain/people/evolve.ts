import type { TopicEvent } from '../module.ts';
import { isOwnNoted, kindOfNoted, ownNotedSchemas, ownRemovedSchema, personListedSchema } from './events.ts';
import type { Directory, User } from './schema.ts';

/** What concerns one person after an event of their topic. */
export function evolveUser(state: User, event: TopicEvent): User {
  if (isOwnNoted(event.type)) {
    const { item } = ownNotedSchemas[event.type].parse(event.data);
    const kind = kindOfNoted[event.type];
    return { ...state, [kind]: { ...state[kind], [item.id]: item } };
  }
  if (event.type !== 'own.removed') return state;
  const { kind, id } = ownRemovedSchema.parse(event.data);
  const { [id]: _removed, ...rest } = state[kind];
  return { ...state, [kind]: rest };
}

/** The people of an organisation after an event of its directory. */
export function evolveDirectory(state: Directory, event: TopicEvent): Directory {
  if (event.type !== 'directory.person-listed') return state;
  const { person } = personListedSchema.parse(event.data);
  return { ...state, people: { ...state.people, [person.id]: person } };
}
