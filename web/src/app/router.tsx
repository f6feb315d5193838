import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { readDayView } from '../appointments/day-view.ts';
import { readAuditView } from '../audit/audit-view.ts';
import { readSourcesView } from '../feeds/sources-view.ts';
import type { PageWords } from '../language/page-words.ts';
import { readTableView } from '../network/table/table-view.ts';
import { readPaymentView } from '../payments/payment-view.ts';
import { readReviewsView } from '../reviews/reviews-view.ts';
import { readSecurityView } from '../security/security-view.ts';
import { Loading } from '../ui/states.tsx';
import { readBoardView } from './board-view.ts';
import { Failed } from './failed.tsx';
import { Home } from './home.tsx';
import { NotFound } from './not-found.tsx';
import { Root } from './root.tsx';

const rootRoute = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: Failed });

const unitsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: Home });

const wallsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/wall',
  component: lazyRouteComponent(() => import('../wall/walls-page.tsx'), 'WallsPage'),
});

const wallRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/wall/$facility',
  component: lazyRouteComponent(() => import('../wall/wall-page.tsx'), 'WallPage'),
});

const bedsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/units/$unit/beds',
  validateSearch: readBoardView,
  component: lazyRouteComponent(() => import('../beds/board-page.tsx'), 'BoardPage'),
});

const departmentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/departments',
  staticData: { words: ['appointments'] },
  component: lazyRouteComponent(() => import('../appointments/departments-page.tsx'), 'DepartmentsPage'),
});

const dayRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/departments/$department/day',
  validateSearch: readDayView,
  staticData: { words: ['appointments'] },
  component: lazyRouteComponent(() => import('../appointments/day-page.tsx'), 'DayPage'),
});

const paymentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/payments',
  validateSearch: readPaymentView,
  staticData: { words: ['payments'] },
  component: lazyRouteComponent(() => import('../payments/payments-page.tsx'), 'PaymentsPage'),
});

const sourcesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sources',
  validateSearch: readSourcesView,
  staticData: { words: ['feeds'] },
  component: lazyRouteComponent(() => import('../feeds/sources-page.tsx'), 'SourcesPage'),
});

const pairRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pair',
  staticData: { words: ['pairing'], open: true },
  component: lazyRouteComponent(() => import('../pairing/pair-page.tsx'), 'PairPage'),
});

const displaysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/walls',
  staticData: { words: ['walls'] },
  component: lazyRouteComponent(() => import('../walls/displays-page.tsx'), 'DisplaysPage'),
});

const emergencyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/emergency',
  staticData: { words: ['emergency'] },
  component: lazyRouteComponent(() => import('../emergency/emergency-page.tsx'), 'EmergencyPage'),
});

const reviewsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/reviews',
  validateSearch: readReviewsView,
  staticData: { words: ['reviews'] },
  component: lazyRouteComponent(() => import('../reviews/reviews-page.tsx'), 'ReviewsPage'),
});

const securityRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/security',
  validateSearch: readSecurityView,
  staticData: { words: ['security'] },
  component: lazyRouteComponent(() => import('../security/security-page.tsx'), 'SecurityPage'),
});

const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/audit',
  validateSearch: readAuditView,
  staticData: { words: ['audit'] },
  component: lazyRouteComponent(() => import('../audit/audit-page.tsx'), 'AuditPage'),
});

const networkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/network',
  component: lazyRouteComponent(() => import('../network/network-page.tsx'), 'NetworkPage'),
});

const tableRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/network/facilities',
  validateSearch: readTableView,
  component: lazyRouteComponent(() => import('../network/table/table-page.tsx'), 'TablePage'),
});

const updateRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/facilities/$facility/update',
  staticData: { words: ['contacts'] },
  component: lazyRouteComponent(() => import('../availability/update-page.tsx'), 'UpdatePage'),
});

const contactsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/facilities/$facility/contacts',
  staticData: { words: ['contacts'] },
  component: lazyRouteComponent(() => import('../contacts/contacts-page.tsx'), 'ContactsPage'),
});

const countRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/count',
  staticData: { open: true, words: ['count-link'] },
  component: lazyRouteComponent(() => import('../count-link/count-page.tsx'), 'CountPage'),
});

const mailboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/demo/mailbox',
  staticData: { open: true, words: ['mailbox'] },
  component: lazyRouteComponent(() => import('../demo-mailbox/mailbox-page.tsx'), 'MailboxPage'),
});

const messagesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/messages',
  component: lazyRouteComponent(() => import('../messages/messages-page.tsx'), 'MessagesPage'),
});

const conversationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/messages/$conversation',
  component: lazyRouteComponent(() => import('../messages/messages-page.tsx'), 'ConversationPage'),
});

const meRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/me',
  staticData: { words: ['appointments', 'payments'] },
  component: lazyRouteComponent(() => import('../me/me-page.tsx'), 'MePage'),
});

const mySecurityRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/me/security',
  staticData: { words: ['my-security'] },
  component: lazyRouteComponent(() => import('../my-security/security-page.tsx'), 'SecurityPage'),
});

const myPrivacyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/me/privacy',
  staticData: { words: ['privacy'] },
  component: lazyRouteComponent(() => import('../privacy/my-privacy-page.tsx'), 'MyPrivacyPage'),
});

const privacyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/privacy',
  staticData: { words: ['privacy'] },
  component: lazyRouteComponent(() => import('../privacy/privacy-page.tsx'), 'PrivacyPage'),
});

const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/people',
  staticData: { words: ['people', 'my-security'] },
  component: lazyRouteComponent(() => import('../people/people-page.tsx'), 'PeoplePage'),
});

const requestsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/requests',
  staticData: { words: ['people'] },
  component: lazyRouteComponent(() => import('../requests/requests-page.tsx'), 'RequestsPage'),
});

const profileRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/me/profile',
  staticData: { words: ['join'] },
  component: lazyRouteComponent(() => import('../me/profile-page.tsx'), 'ProfilePage'),
});

const acceptRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/join',
  staticData: { words: ['join'], open: true },
  component: lazyRouteComponent(() => import('../join/accept-page.tsx'), 'AcceptPage'),
});

const requestRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/join/request',
  staticData: { words: ['join'], open: true },
  component: lazyRouteComponent(() => import('../join/request-page.tsx'), 'RequestPage'),
});

const verifyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/join/verify',
  staticData: { words: ['join'], open: true },
  component: lazyRouteComponent(() => import('../join/link-pages.tsx'), 'VerifyPage'),
});

const forgottenRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/join/forgotten',
  staticData: { words: ['join'], open: true },
  component: lazyRouteComponent(() => import('../join/link-pages.tsx'), 'ForgottenPage'),
});

const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/join/reset',
  staticData: { words: ['join'], open: true },
  component: lazyRouteComponent(() => import('../join/link-pages.tsx'), 'ResetPage'),
});

const emailRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/join/email',
  staticData: { words: ['join'], open: true },
  component: lazyRouteComponent(() => import('../join/link-pages.tsx'), 'EmailPage'),
});

/** Every address of the application. Screens other than the first are fetched when somebody goes there. */
export function createAppRouter() {
  return createRouter({
    routeTree: rootRoute.addChildren([
      unitsRoute,
      wallsRoute,
      wallRoute,
      bedsRoute,
      departmentsRoute,
      dayRoute,
      paymentsRoute,
      sourcesRoute,
      pairRoute,
      displaysRoute,
      emergencyRoute,
      reviewsRoute,
      securityRoute,
      auditRoute,
      networkRoute,
      tableRoute,
      updateRoute,
      contactsRoute,
      countRoute,
      mailboxRoute,
      messagesRoute,
      conversationRoute,
      meRoute,
      mySecurityRoute,
      myPrivacyRoute,
      privacyRoute,
      peopleRoute,
      requestsRoute,
      profileRoute,
      acceptRoute,
      requestRoute,
      verifyRoute,
      forgottenRoute,
      resetRoute,
      emailRoute,
    ]),
    defaultPendingComponent: Loading,
    defaultErrorComponent: Failed,
    defaultPreload: 'intent',
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
  interface StaticDataRouteOption {
    /** The page's own texts, which are fetched with it. */
    readonly words?: readonly PageWords[];
    /** Whether the page is for whoever comes, signed in or not. */
    readonly open?: true;
  }
}
