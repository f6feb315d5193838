import type { StartPart } from '../part.ts';
import { startDeviceContacts } from './device-contacts.ts';
import { pairingRoutes } from './pairing-routes.ts';

/** Displays: how one becomes a wall, and when each was last connected. */
export const startWalls: StartPart = ({ databases, session, publicUrl, connected, commands, onFault }) => {
  const contacts = startDeviceContacts({ connected, commands, everyMs: 60_000, onFault });
  return {
    name: 'walls',
    open: pairingRoutes({
      sql: databases.identity,
      accessTokens: session.accessTokens,
      cookies: session.cookies,
      publicUrl,
      clock: Date.now,
      onFault,
    }),
    stop: contacts.stop,
  };
};
