import type { Database } from '#db/connect.ts';
import { readHeads } from '#db/event-log.ts';
import { channelOf } from '../relay/bus.ts';
import type { Sequencers } from './sequencers.ts';

export interface CatchUpOptions {
  readonly sql: Database;
  readonly sequencers: Sequencers;
  /** Whether messages can be expected to arrive, as far as this node knows. */
  readonly isFed: () => boolean;
  /** How often the log is looked at while they cannot. */
  readonly everyMs: number;
  readonly onFault: (error: unknown) => void;
}

/** Brings this node's topics to their heads from the log, in the place of messages that do not come. */
export interface CatchUp {
  /** Looks now: messages may have been missed. */
  now(): void;
  stop(): void;
}

export function startCatchUp(options: CatchUpOptions): CatchUp {
  const { sql, sequencers, onFault } = options;
  let running = false;

  async function look(): Promise<void> {
    const live = sequencers.live();
    if (live.length === 0) return;
    const { heads } = await readHeads(
      sql,
      live.map(({ key }) => key),
    );
    const seqs = new Map(heads.map((head) => [channelOf(head), head.seq]));
    await Promise.all(live.map((sequencer) => sequencer.reach(seqs.get(channelOf(sequencer.key)) ?? 0)));
  }

  function now(): void {
    if (running) return;
    running = true;
    look()
      .catch(onFault)
      .finally(() => {
        running = false;
      });
  }

  const timer = setInterval(() => {
    if (!options.isFed()) now();
  }, options.everyMs);
  return { now, stop: () => clearInterval(timer) };
}
