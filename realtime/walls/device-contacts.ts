import { v7 as uuidv7 } from 'uuid';
import type { CommandRunner } from '#db/command-runner.ts';
import { instantOf } from '#domain/instant.ts';
import type { Identified } from '../rooms/connection.ts';
import { type Rounds, startRounds } from '../rounds.ts';

/** As many as one command takes. */
const mostAtOnce = 5_000;

/** A device that has come is written down soon; then it is one of those that are, all at once. */
const lookMs = 5_000;

/**
 * Writes down once a minute which devices are connected here: one command for all of an organisation. Two nodes that
 * know of the same device both say so, and the later moment stands.
 */
export function startDeviceContacts(options: {
  readonly connected: () => Iterable<Identified>;
  readonly commands: CommandRunner;
  readonly everyMs: number;
  readonly onFault: (error: unknown) => void;
}): Rounds {
  const { connected, commands, onFault } = options;
  let known = new Set<string>();
  let allAt = Date.now();

  async function write(): Promise<void> {
    const now = Date.now();
    const at = instantOf(now);
    if (now - allAt >= options.everyMs) {
      allAt = now;
      known = new Set();
    }
    const accounts = new Map<string, Set<string>>();
    for (const { principal } of connected()) {
      if (principal.kind !== 'device' || known.has(principal.id)) continue;
      known.add(principal.id);
      accounts.set(principal.org, (accounts.get(principal.org) ?? new Set()).add(principal.id));
    }
    for (const [org, all] of accounts) {
      const devices = [...all].sort().map((account) => ({ account, at }));
      for (let from = 0; from < devices.length; from += mostAtOnce) {
        const outcome = await commands.run(
          {
            principal: { kind: 'system', id: 'device-contacts', org, name: 'Carewall' },
            session: undefined,
          },
          {
            id: uuidv7(),
            type: 'wall.record-contacts',
            data: { devices: devices.slice(from, from + mostAtOnce) },
          },
        );
        if (!outcome.ok) onFault(new Error(`contacts were not written down: ${outcome.error.code}`));
      }
    }
  }

  return startRounds({ round: write, everyMs: lookMs, onFault });
}
