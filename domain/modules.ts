import { accessModule } from './access/module.ts';
import { alertsModule } from './alerts/module.ts';
import { appointmentsModule } from './appointments/module.ts';
import { bedsModule } from './beds/module.ts';
import { conversationsModule } from './conversations/module.ts';
import { countLinksModule } from './count-links/module.ts';
import { emergencyModule } from './emergency/module.ts';
import { feedsModule } from './feeds/module.ts';
import type { Module } from './module.ts';
import { networkModule } from './network/module.ts';
import { paymentsModule } from './payments/module.ts';
import { peopleModule } from './people/module.ts';
import { privacyModule } from './privacy/module.ts';
import { createRegistry } from './registry.ts';
import { securityModule } from './security/module.ts';
import { wallsModule } from './walls/module.ts';

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
  privacyModule,
  countLinksModule,
  wallsModule,
  emergencyModule,
  securityModule,
  accessModule,
];

/** What all contexts declare, by name; see `Registry`. */
export const {
  commandDefinition,
  eventDefinition,
  signalDefinition,
  topicDefinition,
  topicKind,
  topicsOfPlace,
  placesThatOpen,
  mayAct,
  mayCommand,
  viewFor,
} = createRegistry(modules);
