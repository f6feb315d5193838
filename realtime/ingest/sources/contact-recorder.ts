import { v7 as uuidv7 } from 'uuid';
import type { CommandRunner } from '#db/command-runner.ts';
import { instantOf } from '#domain/instant.ts';

export interface ContactRecorderOptions {
  readonly commands: CommandRunner;
  /** What is heard within so long is written down as one. */
  readonly everyMs: number;
  readonly onFault: (error: unknown) => void;
}

/** Writes down when this node heard which source, and of which units it spoke. */
export interface ContactRecorder {
  /** The organisation of a source, before anything is said of it. */
  know(source: { readonly id: string; readonly org: string }): void;
  heard(source: string, atMs: number): void;
  answered(source: string, accepted: boolean): void;
  spokeOf(source: string, units: readonly string[]): void;
  /** Writes down what is left. */
  stop(): Promise<void>;
}

interface Heard {
  readonly org: string;
  /** The last that was heard; nothing before the first word. */
  atMs: number | undefined;
  /** Whether there is something that is not written down. */
  unwritten: boolean;
  accepted: number;
  refused: number;
  readonly newUnits: Set<string>;
  readonly knownUnits: Set<string>;
  writtenMs: number;
  timer: NodeJS.Timeout | undefined;
  writing: Promise<void> | undefined;
}

/** How soon a unit is known to be fed that was not. */
const newUnitsEveryMs = 1_000;

/**
 * Gives a recorder. What comes after a quiet while is written at once, so that a source that was silent is known to
 * speak again; after that at most so often. Every node writes what it heard itself: contact only moves forward.
 */
export function createContactRecorder(options: ContactRecorderOptions): ContactRecorder {
  const { commands, everyMs, onFault } = options;
  const sources = new Map<string, Heard>();
  let stopped = false;

  async function write(source: string, heard: Heard): Promise<void> {
    const { atMs, accepted, refused } = heard;
    if (atMs === undefined || !heard.unwritten) return;
    const units = [...heard.newUnits].sort();
    heard.writtenMs = Date.now();
    heard.unwritten = false;
    heard.accepted = 0;
    heard.refused = 0;
    heard.newUnits.clear();
    const outcome = await commands.run(
      {
        principal: { kind: 'system', id: 'carewall', org: heard.org, name: 'Carewall' },
        session: undefined,
      },
      {
        id: uuidv7(),
        type: 'feed.record-contact',
        data: { feed: source, at: instantOf(atMs), accepted, refused, units },
      },
    );
    if (outcome.ok) {
      for (const unit of units) heard.knownUnits.add(unit);
      return;
    }
    // Not now: it is said with what comes next. A source that is not there any more needs no word.
    if (outcome.error.code !== 'unavailable') return;
    heard.unwritten = true;
    heard.accepted += accepted;
    heard.refused += refused;
    for (const unit of units) heard.newUnits.add(unit);
  }

  function plan(source: string, heard: Heard): void {
    heard.unwritten = true;
    if (stopped || heard.writing !== undefined) return;
    clearTimeout(heard.timer);
    // A unit that rests on a source from now on is not told late that it does.
    const pauseMs = heard.newUnits.size > 0 ? Math.min(everyMs, newUnitsEveryMs) : everyMs;
    heard.timer = setTimeout(
      () => {
        heard.writing = write(source, heard)
          .catch(onFault)
          .finally(() => {
            heard.writing = undefined;
            if (heard.unwritten) plan(source, heard);
          });
      },
      // Never in the same tick: an answer that belongs to what was heard is counted with it.
      Math.max(50, heard.writtenMs + pauseMs - Date.now()),
    );
  }

  return {
    know({ id, org }) {
      if (sources.get(id)?.org === org) return;
      sources.set(id, {
        org,
        atMs: undefined,
        unwritten: false,
        accepted: 0,
        refused: 0,
        newUnits: new Set(),
        knownUnits: new Set(),
        writtenMs: 0,
        timer: undefined,
        writing: undefined,
      });
    },
    heard(source, atMs) {
      const heard = sources.get(source);
      if (heard === undefined) return;
      heard.atMs = Math.max(heard.atMs ?? 0, atMs);
      plan(source, heard);
    },
    answered(source, accepted) {
      const heard = sources.get(source);
      if (heard === undefined) return;
      heard[accepted ? 'accepted' : 'refused'] += 1;
      plan(source, heard);
    },
    spokeOf(source, units) {
      const heard = sources.get(source);
      if (heard === undefined) return;
      const unknown = units.filter((unit) => !heard.knownUnits.has(unit));
      for (const unit of unknown) heard.newUnits.add(unit);
      if (unknown.length > 0) plan(source, heard);
    },
    async stop() {
      stopped = true;
      for (const [source, heard] of sources) {
        clearTimeout(heard.timer);
        await heard.writing;
        await write(source, heard).catch(onFault);
      }
    },
  };
}
