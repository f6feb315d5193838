import type { ContextStore } from '../store.ts';
import { accessStore } from './access.ts';
import { alertsStore } from './alerts.ts';
import { appointmentsStore } from './appointments.ts';
import { bedsStore } from './beds.ts';
import { conversationsStore } from './conversations.ts';
import { feedsStore } from './feeds.ts';
import { networkStore } from './network.ts';
import { paymentsStore } from './payments.ts';
import { peopleStore } from './people.ts';

/** The store of each context. */
export const stores: readonly ContextStore[] = [
  bedsStore,
  alertsStore,
  peopleStore,
  appointmentsStore,
  conversationsStore,
  paymentsStore,
  networkStore,
  feedsStore,
  accessStore,
];
