import type { Hono } from 'hono';
import type { CommandRunner, Outcome } from '#db/command-runner.ts';
import type { Databases } from '#db/databases.ts';
import { feedBySource } from '#db/feeds.ts';
import type { Vault } from '#db/vault.ts';
import type { Refusal } from '#domain/errors.ts';
import type { Logger } from '../log.ts';
import type { StageMetrics } from '../metrics.ts';
import type { Identified } from '../rooms/connection.ts';
import type { DoorOutcome, Hl7Door, Hl7DoorOptions } from './hl7/door.ts';
import type { Hl7Source } from './hl7/sources.ts';
import { createContactRecorder } from './sources/contact-recorder.ts';
import { createKeep } from './sources/keep.ts';
import { createLocationMappings } from './sources/location-mappings.ts';
import { createOpenDoor } from './sources/open-door.ts';
import { startReplayWorker } from './sources/replay-worker.ts';
import { sourceOf } from './sources/source.ts';
import { registerSourceMetrics } from './sources/source-metrics.ts';

export interface SourcesIngestOptions {
  readonly databases: Databases;
  readonly vault: Vault;
  readonly commands: CommandRunner;
  readonly authenticate: (token: string) => Promise<Identified | Refusal>;
  readonly metrics: StageMetrics;
  readonly log: Logger;
  readonly onFault: (error: unknown) => void;
}

/** What a node knows and keeps of the sources that speak HL7 v2 to it. */
export interface SourcesIngest {
  readonly routes: Hono;
  /** What the door of HL7 v2 asks of it. */
  readonly ports: Required<Pick<Hl7DoorOptions, 'findSource' | 'keep' | 'onContact' | 'mapCommand'>>;
  /** What became of a message, and of its command. */
  answered(outcome: DoorOutcome): void;
  submitted(source: Hl7Source, outcome: Outcome): void;
  /** Begins to replay what was kept. */
  start(apply: Hl7Door['apply']): void;
  stop(): Promise<void>;
}

const writeContactEveryMs = 30_000;
const replayEveryMs = 500;

/** Constructs what a node knows and keeps of its sources. */
export function createSourcesIngest(options: SourcesIngestOptions): SourcesIngest {
  const { databases, vault, commands, authenticate, metrics, log, onFault } = options;
  const { app, relay } = databases;
  const closing: (() => Promise<unknown>)[] = [];
  const contacts = createContactRecorder({ commands, everyMs: writeContactEveryMs, onFault });
  registerSourceMetrics(metrics.registry, relay, onFault);

  return {
    routes: createOpenDoor({ app, vault, commands, authenticate }),
    ports: {
      async findSource(application, facility) {
        const feed = await feedBySource(relay, { application, facility });
        if (feed === undefined) return undefined;
        contacts.know(feed);
        return sourceOf({ ...feed, application, facility });
      },
      keep: createKeep(commands, (source, code) => {
        metrics.hl7Faults.inc({ reason: 'not kept' });
        log.error({ source, code }, 'a message could not be kept; its sender is told to keep it');
      }),
      onContact: contacts.heard,
      mapCommand: createLocationMappings(app),
    },
    answered({ source, ack }) {
      if (source !== undefined) contacts.answered(source, ack === 'AA');
    },
    submitted(source, outcome) {
      if (outcome.ok) contacts.spokeOf(source.id, unitsOf(outcome.heads));
    },
    start(apply) {
      const worker = startReplayWorker({
        databases,
        vault,
        commands,
        apply,
        everyMs: replayEveryMs,
        onFault,
      });
      closing.push(contacts.stop, worker.stop);
    },
    async stop() {
      for (const close of closing.reverse()) await close();
    },
  };
}

/** The units that a fact reached: those on whose boards something stands of it. */
function unitsOf(heads: readonly { readonly topic: string }[]): string[] {
  return heads.flatMap(({ topic }) => /^unit\/([^/]+)\/beds$/.exec(topic)?.[1] ?? []);
}
