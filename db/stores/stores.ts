import type { ContextStore } from '../store.ts';
import { accessStore } from './access.ts';
import { alertsStore } from './alerts.ts';
import { appointmentsStore } from './appointments.ts';
import { bedsStore } from './beds.ts';
import { conversationsStore } from './conversations.ts';
import { countLinksStore } from './count-links.ts';
import { emergencyStore } from './emergency.ts';
import { feedsStore } from './feeds.ts';
import { networkStore } from './network.ts';
import { paymentsStore } from './payments.ts';
import { peopleStore } from './people.ts';
import { privacyStore } from './privacy.ts';
import { securityStore } from './security.ts';
import { wallsStore } from './walls.ts';

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
  privacyStore,
  countLinksStore,
  wallsStore,
  emergencyStore,
  securityStore,
  accessStore,
];
