import type { Module, TopicDefinition } from '#domain/module.ts';
import { kindsOf } from '#domain/topic.ts';

/** A kind of topic, and the topic that tells of all of that kind at once, where there is one. */
export interface KnownKind {
  readonly kind: string;
  readonly toldBy?: string;
}

interface LazyContext {
  readonly kinds: readonly KnownKind[];
  readonly load: () => Promise<Module>;
}

/**
 * The contexts by the kinds of topic they declare. What folds a topic is fetched when one of its kind is first followed: a
 * wall needs few of them, and what it starts with is counted.
 */
const contexts: readonly LazyContext[] = [
  {
    kinds: [{ kind: 'unit/*/beds' }],
    load: async () => (await import('#domain/beds/module.ts')).bedsModule,
  },
  {
    kinds: [{ kind: 'unit/*/alerts' }],
    load: async () => (await import('#domain/alerts/module.ts')).alertsModule,
  },
  {
    kinds: [{ kind: 'user/*' }, { kind: 'org/*/directory' }],
    load: async () => (await import('#domain/people/module.ts')).peopleModule,
  },
  {
    kinds: [{ kind: 'org/*/payments' }],
    load: async () => (await import('#domain/payments/module.ts')).paymentsModule,
  },
  {
    kinds: [{ kind: 'department/*/appointments' }],
    load: async () => (await import('#domain/appointments/module.ts')).appointmentsModule,
  },
  {
    kinds: [
      { kind: 'facility/*/availability', toldBy: 'network/availability' },
      { kind: 'facility/*/census', toldBy: 'network/availability' },
      { kind: 'network/availability' },
      { kind: 'region/*/availability', toldBy: 'network/availability' },
    ],
    load: async () => (await import('#domain/network/module.ts')).networkModule,
  },
  {
    kinds: [{ kind: 'conversation/*' }],
    load: async () => (await import('#domain/conversations/module.ts')).conversationsModule,
  },
  {
    kinds: [{ kind: 'org/*/feeds' }, { kind: 'unit/*/feeds' }],
    load: async () => (await import('#domain/feeds/module.ts')).feedsModule,
  },
  {
    kinds: [{ kind: 'org/*/privacy' }, { kind: 'user/*/privacy' }],
    load: async () => (await import('#domain/privacy/module.ts')).privacyModule,
  },
  {
    kinds: [{ kind: 'facility/*/contacts', toldBy: 'network/availability' }],
    load: async () => (await import('#domain/count-links/module.ts')).countLinksModule,
  },
  {
    kinds: [{ kind: 'org/*/walls' }],
    load: async () => (await import('#domain/walls/module.ts')).wallsModule,
  },
  {
    kinds: [{ kind: 'org/*/reviews' }],
    load: async () => (await import('#domain/emergency/module.ts')).emergencyModule,
  },
  {
    kinds: [{ kind: 'org/*/security' }],
    load: async () => (await import('#domain/security/module.ts')).securityModule,
  },
  {
    kinds: [
      { kind: 'org/*/people' },
      { kind: 'facility/*/people', toldBy: 'org/*/people' },
      { kind: 'user/*/profile' },
    ],
    load: async () => (await import('#domain/access/module.ts')).accessModule,
  },
];

/** Every kind of topic that this client knows. */
export const knownKinds: readonly KnownKind[] = contexts.flatMap(({ kinds }) => kinds);

/** What gives a topic's definition; undefined for a name that no context declares. Rejects where it cannot be fetched. */
export type LoadDefinition = () => Promise<TopicDefinition>;

/** What gives the definition of a topic by its name. */
export function definitionOf(name: string): LoadDefinition | undefined {
  for (const { kind } of kindsOf(name)) {
    const context = contexts.find(({ kinds }) => kinds.some((known) => known.kind === kind));
    if (context === undefined) continue;
    return async () => {
      const { topics } = await context.load();
      const definition = topics.find((topic) => topic.kind === kind);
      if (definition === undefined) throw new Error(`no context declares ${kind}`);
      return definition;
    };
  }
  return undefined;
}
