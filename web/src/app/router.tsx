import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { readDayView } from '../appointments/day-view.ts';
import { readSourcesView } from '../feeds/sources-view.ts';
import type { PageWords } from '../language/page-words.ts';
import { readTableView } from '../network/table/table-view.ts';
import { readPaymentView } from '../payments/payment-view.ts';
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
  component: lazyRouteComponent(() => import('../availability/update-page.tsx'), 'UpdatePage'),
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

const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/people',
  staticData: { words: ['people'] },
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
      networkRoute,
      tableRoute,
      updateRoute,
      messagesRoute,
      conversationRoute,
      meRoute,
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
