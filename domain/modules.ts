import { alertsModule } from './alerts/module.ts';
import { appointmentsModule } from './appointments/module.ts';
import { bedsModule } from './beds/module.ts';
import { conversationsModule } from './conversations/module.ts';
import { feedsModule } from './feeds/module.ts';
import type { Grant, PlacePath, Principal } from './identity/principal.ts';
import type {
  CommandDefinition,
  EventDefinition,
  Module,
  SignalDefinition,
  TopicDefinition,
  ViewName,
} from './module.ts';
import { networkModule } from './network/module.ts';
import { paymentsModule } from './payments/module.ts';
import { peopleModule } from './people/module.ts';
import type { Place } from './protocol.ts';
import { kindsOf } from './topic.ts';

/** The one list of contexts. */
export const modules: readonly Module[] = [
  bedsModule,
  alertsModule,
  peopleModule,
  paymentsModule,
  appointmentsModule,
  networkModule,
  conversationsModule,
  feedsModule,
];

const commands = new Map(
  modules.flatMap((module) => module.commands.map((command) => [command.type, command])),
);
const events = new Map(modules.flatMap((module) => module.events.map((event) => [event.type, event])));
const signals = new Map(
  modules.flatMap((module) => (module.signals ?? []).map((signal) => [signal.type, signal])),
);
const topics = new Map(modules.flatMap((module) => module.topics.map((topic) => [topic.kind, topic])));
const holdersOf = new Map(
  modules.flatMap((module) =>
    Object.entries(module.rights).map(([right, holders]) => [right, new Set(holders)]),
  ),
);

/** The definition of a type of command, if there is one. */
export function commandDefinition(type: string): CommandDefinition | undefined {
  return commands.get(type);
}

/** The definition of a type of event, if there is one. */
export function eventDefinition(type: string): EventDefinition | undefined {
  return events.get(type);
}

/** The definition of a type of signal, if there is one. */
export function signalDefinition(type: string): SignalDefinition | undefined {
  return signals.get(type);
}

/** The definition of a topic by its name, with the id that stands in it. */
export function topicDefinition(
  topic: string,
): { definition: TopicDefinition; id: string | undefined } | undefined {
  for (const { kind, id } of kindsOf(topic)) {
    const definition = topics.get(kind);
    if (definition !== undefined) return { definition, id };
  }
  return undefined;
}

const firstSegment: Readonly<Record<Place['kind'], string>> = {
  organisation: 'org',
  region: 'region',
  facility: 'facility',
  department: 'department',
  unit: 'unit',
  person: 'user',
  conversation: 'conversation',
};

/** The topics that a place has from its beginning. An organisation has those of which there is one besides. */
export function topicsOfPlace({ kind, id }: Pick<Place, 'kind' | 'id'>): string[] {
  return [...topics.keys()].flatMap((topic) => {
    if (!topic.includes('*')) return kind === 'organisation' ? [topic] : [];
    return topic.split('/')[0] === firstSegment[kind] ? [topic.replace('*', id)] : [];
  });
}

/** The places at which one of the grants opens a view of something that places of a kind have: there, and below. */
export function placesThatOpen(kind: Place['kind'], grants: readonly Grant[]): string[] {
  const kinds = [...topics.values()].filter(({ kind: topic }) => topic.startsWith(`${firstSegment[kind]}/*`));
  return grants
    .filter((grant) => kinds.some((topic) => viewFor(topic, [grant], [grant.place]) !== undefined))
    .map(({ place }) => place);
}

/** The definition of a kind of topic. */
export function topicKind(kind: string): TopicDefinition | undefined {
  return topics.get(kind);
}

/** Whether one of the grants gives the right at a place on the path. A right that nobody declared is nobody's. */
export function mayAct(grants: readonly Grant[], right: string, path: PlacePath): boolean {
  const holders = holdersOf.get(right);
  return holders !== undefined && grants.some(({ role, place }) => holders.has(role) && path.includes(place));
}

/** The fullest view of a kind of topic that the principal may have there, or none. */
export function viewFor(
  definition: TopicDefinition,
  grants: Principal['grants'],
  path: PlacePath,
): ViewName | undefined {
  return definition.views.find(({ right }) => mayAct(grants, right, path))?.name;
}
