import type { Grant, PlacePath, Principal } from './identity/principal.ts';
import type {
  CommandDefinition,
  EventDefinition,
  Module,
  SignalDefinition,
  TopicDefinition,
  ViewName,
} from './module.ts';
import type { Place } from './protocol.ts';
import { kindsOf } from './topic.ts';

/** What a list of contexts declares, by name. */
export interface Registry {
  /** The definition of a type of command, if there is one. */
  commandDefinition(type: string): CommandDefinition | undefined;
  /** The definition of a type of event, if there is one. */
  eventDefinition(type: string): EventDefinition | undefined;
  /** The definition of a type of signal, if there is one. */
  signalDefinition(type: string): SignalDefinition | undefined;
  /** The definition of a topic by its name, with the id that stands in it. */
  topicDefinition(topic: string): { definition: TopicDefinition; id: string | undefined } | undefined;
  /** The definition of a kind of topic. */
  topicKind(kind: string): TopicDefinition | undefined;
  /** The topics that a place has from its beginning. An organisation has those of which there is one besides. */
  topicsOfPlace(place: Pick<Place, 'kind' | 'id'>): string[];
  /** The places at which one of the grants opens a view of something that places of a kind have: there, and below. */
  placesThatOpen(kind: Place['kind'], grants: readonly Grant[]): string[];
  /** Whether one of the grants gives the right at a place on the path. A right that nobody declared is nobody's. */
  mayAct(grants: readonly Grant[], right: string, path: PlacePath): boolean;
  /** Whether one of the grants lets a command of this type through at a place on the path, its scope minded. */
  mayCommand(grants: readonly Grant[], type: string, path: PlacePath): boolean;
  /** The fullest view of a kind of topic that the principal may have there, or none. */
  viewFor(definition: TopicDefinition, grants: Principal['grants'], path: PlacePath): ViewName | undefined;
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

/** How full each view is. Those of equal rank are never views of one topic. */
const fullness: Readonly<Record<ViewName, number>> = {
  clinical: 2,
  full: 2,
  own: 2,
  operational: 1,
  public: 0,
};

/** Whether a view is no fuller than the one that a scope names: a board is made of topics with views of several names. */
function isWithin(view: ViewName, named: string | undefined): boolean {
  if (named === undefined) return true;
  const most = Object.entries(fullness).find(([name]) => name === named)?.[1];
  return most !== undefined && fullness[view] <= most;
}

/** Indexes a list of contexts. */
export function createRegistry(modules: readonly Module[]): Registry {
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

  /** Those of the grants that give a right at a place on the path. */
  function giving(grants: readonly Grant[], right: string, path: PlacePath): Grant[] {
    const holders = holdersOf.get(right);
    if (holders === undefined) return [];
    return grants.filter(({ role, place }) => holders.has(role) && path.includes(place));
  }

  function viewFor(definition: TopicDefinition, grants: readonly Grant[], path: PlacePath) {
    const { kind, views } = definition;
    return views.find(({ name, right }) =>
      giving(grants, right, path).some(
        ({ only }) => only === undefined || (only.topics.includes(kind) && isWithin(name, only.view)),
      ),
    )?.name;
  }

  return {
    commandDefinition: (type) => commands.get(type),
    eventDefinition: (type) => events.get(type),
    signalDefinition: (type) => signals.get(type),
    topicDefinition(topic) {
      for (const { kind, id } of kindsOf(topic)) {
        const definition = topics.get(kind);
        if (definition !== undefined) return { definition, id };
      }
      return undefined;
    },
    topicKind: (kind) => topics.get(kind),
    topicsOfPlace: ({ kind, id }) =>
      [...topics.keys()].flatMap((topic) => {
        if (!topic.includes('*')) return kind === 'organisation' ? [topic] : [];
        return topic.split('/')[0] === firstSegment[kind] ? [topic.replace('*', id)] : [];
      }),
    placesThatOpen(kind, grants) {
      const kinds = [...topics.values()].filter(({ kind: topic }) =>
        topic.startsWith(`${firstSegment[kind]}/*`),
      );
      return grants
        .filter((grant) => kinds.some((topic) => viewFor(topic, [grant], [grant.place]) !== undefined))
        .map(({ place }) => place);
    },
    mayAct: (grants, right, path) => giving(grants, right, path).some(({ only }) => only === undefined),
    mayCommand(grants, type, path) {
      const right = commands.get(type)?.right;
      if (right === undefined) return false;
      return giving(grants, right, path).some(
        ({ only }) => only === undefined || only.commands.includes(type),
      );
    },
    viewFor,
  };
}
