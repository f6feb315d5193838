import type { Hono } from 'hono';
import type { CommandRunner } from '#db/command-runner.ts';
import type { Databases } from '#db/databases.ts';
import type { KeyRing } from '#db/key-ring.ts';
import type { Vault } from '#db/vault.ts';
import type { Authenticated } from './http/authenticate.ts';
import type { Logger } from './log.ts';
import type { StageMetrics } from './metrics.ts';
import type { Identified } from './rooms/connection.ts';
import type { Session } from './session/session.ts';
import type { Settings } from './settings.ts';

/** What a part of the server beside the one path works with. */
export interface PartContext {
  readonly settings: Settings;
  readonly databases: Databases;
  /** Of the database that `databases` are pools of. */
  readonly databaseUrl: string;
  readonly ring: KeyRing;
  readonly vault: Vault;
  readonly commands: CommandRunner;
  readonly session: Session;
  /** How browsers reach us. Asked at each use: the port may be known only once we listen. */
  readonly publicUrl: () => string;
  readonly log: Logger;
  readonly metrics: StageMetrics;
  readonly onFault: (error: unknown) => void;
  /** Those whose sockets are open here. */
  readonly connected: () => Iterable<Identified>;
  /** Rings the bell: events were appended by other means than a command. */
  readonly onAppended: () => void;
}

/** A part of the server beside the one path: its doors, and what it does in the background. */
export interface Part {
  readonly name: string;
  /** Routes under `/api/v1` for whoever comes; each is limited in size, rate and time by itself. */
  readonly open?: Hono;
  /** Routes under `/api/v1` for those who bring an access token. */
  readonly behind?: Hono<Authenticated>;
  /** Ends its background work within two seconds. */
  stop?(): Promise<void>;
}

/** Makes a part and starts its background work. */
export type StartPart = (context: PartContext) => Part | Promise<Part>;
