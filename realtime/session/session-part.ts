import type { StartPart } from '../part.ts';
import { startIdleWatch } from './idle.ts';

/** The doors for those who are signed in, and the automatic log-off. */
export const startSessionPart: StartPart = ({ databases, session, onFault }) => {
  const idle = startIdleWatch({
    sql: databases.identity,
    everyMs: 5_000,
    onEnded: session.onEnded,
    onFault,
  });
  return { name: 'sign-in', behind: session.behind, stop: () => idle.stop() };
};
