import { v7 as uuidv7 } from 'uuid';
import type { CommandRunner } from '#db/command-runner.ts';
import type { Databases } from '#db/databases.ts';
import { feedById } from '#db/feeds.ts';
import {
  eraseEndedEntries,
  feedsToReplay,
  giveBackReplays,
  organisationsWithQuarantine,
  postponeReplay,
  type TakenEntry,
  takeReplays,
  waitingThoughCarriedOut,
} from '#db/quarantine.ts';
import type { Vault } from '#db/vault.ts';
import type { Fault } from '#domain/feeds/schema.ts';
import { startRounds } from '../../rounds.ts';
import { commandIdOf } from '../hl7/command-id.ts';
import type { Hl7Door } from '../hl7/door.ts';
import type { Outcome } from '../hl7/refusal.ts';
import type { Hl7Source } from '../hl7/sources.ts';
import { faultOf } from './keep.ts';
import { sourceOf } from './source.ts';

export interface ReplayWorkerOptions {
  readonly databases: Pick<Databases, 'app' | 'relay'>;
  readonly vault: Vault;
  readonly commands: CommandRunner;
  readonly apply: Hl7Door['apply'];
  readonly everyMs: number;
  /** How long another node leaves alone what this one has taken. */
  readonly leaseMs?: number;
  readonly onFault: (error: unknown) => void;
}

/** Applies what was kept: what somebody asked for, and what its sender sent again until it worked. */
export interface ReplayWorker {
  stop(): Promise<void>;
}

const batch = 50;
/** How often a replay that cannot be done now is put off, each time for longer, before it waits for somebody again. */
const mostPostponed = 6;
const eraseEveryMs = 3_600_000;
const notNow: Fault = { code: '207', text: 'Not taken now, replay it again' };
const unreadable: Fault = { code: '207', text: 'What was kept cannot be read any more' };
const disabled: Fault = { code: '207', text: 'The source is disabled' };

/**
 * Plays kept messages as their feed: a message's command has the same id however often it comes, so that it is carried
 * out once, at the time of which it speaks. Every node has a worker; of one feed only one node plays at a time.
 */
export function startReplayWorker(options: ReplayWorkerOptions): ReplayWorker {
  const { databases, vault, commands, everyMs, leaseMs = 30_000, onFault } = options;
  const { app, relay } = databases;
  let stopped = false;
  let searchedAt = 0;
  let searchTook = 0;
  let erasedAt = 0;

  async function settle(entry: TakenEntry, fault: Fault | undefined): Promise<void> {
    const outcome = fault === undefined ? { kind: 'applied' } : { kind: 'refused', fault };
    await commands.run(
      {
        principal: { kind: 'system', id: 'carewall', org: entry.org, name: 'Carewall' },
        session: undefined,
      },
      // Somebody else may have come first: then it is as they left it.
      {
        id: uuidv7(),
        type: 'quarantine.settle',
        data: { entry: entry.id, outcome },
        expect: entry.version,
      },
    );
  }

  async function play(
    source: Hl7Source,
    bytes: Buffer,
    as?: { commandId: string },
  ): Promise<Outcome<undefined> | 'later'> {
    try {
      const outcome = await options.apply(bytes, source, as);
      return !outcome.ok && outcome.refusal.code === '207' && outcome.refusal.ack === 'AE'
        ? 'later'
        : outcome;
    } catch (error) {
      onFault(error);
      return 'later';
    }
  }

  /** True where it is done with, false where it is put off. */
  async function replay(entry: TakenEntry, source: Hl7Source | undefined): Promise<boolean> {
    if (source === undefined || entry.bytes === undefined) {
      await settle(entry, source === undefined ? disabled : unreadable);
      return true;
    }
    // Its own id stands for what was carried out under it; somebody has decided that this is to be applied as well.
    const as =
      entry.faultCode === '205' ? { commandId: commandIdOf(source.id, `entry ${entry.id}`) } : undefined;
    const outcome = await play(source, entry.bytes, as);
    if (outcome === 'later') {
      if (entry.replays >= mostPostponed) {
        await settle(entry, notNow);
        return true;
      }
      await postponeReplay(app, entry, 500 * 2 ** entry.replays);
      return false;
    }
    await settle(entry, outcome.ok ? undefined : faultOf(outcome.refusal, entry.bytes, source));
    return true;
  }

  async function replayFeed({ org, feed }: { org: string; feed: string }): Promise<void> {
    const known = await feedById(relay, feed);
    const source = known && sourceOf(known);
    for (;;) {
      const taken = stopped
        ? []
        : await takeReplays({ app, vault }, { org, feed }, { leaseMs, limit: batch });
      for (const [index, entry] of taken.entries()) {
        if (!stopped && (await replay(entry, source))) continue;
        // What is put off holds up what came after it.
        const rest = taken.slice(stopped ? index : index + 1).map(({ id }) => id);
        await giveBackReplays(app, org, rest, 0);
        return;
      }
      if (taken.length < batch) return;
    }
  }

  /** Looks for what was applied without a replay; takes a twentieth of the time at most. */
  async function search(orgs: readonly string[]): Promise<void> {
    if (Date.now() - searchedAt < Math.max(1_000, 20 * searchTook)) return;
    const began = Date.now();
    for (const org of orgs) {
      for (const entry of await waitingThoughCarriedOut({ app, vault }, org)) {
        const known = await feedById(relay, entry.feed);
        if (stopped || known === undefined || entry.bytes === undefined) continue;
        const source = sourceOf(known);
        const outcome = await play(source, entry.bytes);
        if (outcome === 'later') continue;
        await settle(entry, outcome.ok ? undefined : faultOf(outcome.refusal, entry.bytes, source));
      }
    }
    searchedAt = Date.now();
    searchTook = searchedAt - began;
  }

  async function round(): Promise<void> {
    for (const feed of await feedsToReplay(relay)) {
      if (!stopped) await replayFeed(feed).catch(onFault);
    }
    const orgs = await organisationsWithQuarantine(relay);
    await search(orgs);
    if (Date.now() - erasedAt < eraseEveryMs || stopped) return;
    erasedAt = Date.now();
    for (const org of orgs) await eraseEndedEntries(app, org);
  }

  const rounds = startRounds({ round, everyMs, atOnce: true, onFault });
  return {
    stop() {
      stopped = true;
      return rounds.stop();
    },
  };
}
