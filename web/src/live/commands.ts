import { v7 as uuidv7 } from 'uuid';
import { refuse } from '#domain/errors.ts';
import { acknowledgementOf, clientMessages } from '#domain/protocol.ts';
import type { Live, SendResult } from './live.ts';

const answerSchema = acknowledgementOf(clientMessages.command.answer);
/** How long an intent is tried before the person is told that it was not heard. */
const patienceMs = 60_000;
const pauseMs = 500;

export interface CommandsOptions {
  readonly ask: (name: 'command', payload: unknown) => Promise<unknown>;
  readonly isOpen: () => boolean;
  /** Who is signed in. */
  readonly sender: () => string | undefined;
  /** The server's clock: an id carries its time, and one that seems a week old is refused. */
  readonly now: () => number;
  readonly clock: () => number;
  readonly pause?: (ms: number) => Promise<void>;
}

/**
 * Sends commands. One intent has one id however often it is sent, so that the server does it once even where its first
 * answer was lost on the way.
 */
export function createCommands(options: CommandsOptions): Live['send'] {
  const { ask, isOpen, sender, now, clock } = options;
  const { pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)) } = options;
  return async (command) => {
    const message = { ...command, id: uuidv7({ msecs: now() }) };
    const deadline = clock() + patienceMs;
    const intends = sender();
    for (let tried = 1; ; tried += 1) {
      // An intent is its person's: whoever signs in next at this screen must not be found to have done it.
      if (intends === undefined || sender() !== intends) {
        return { ok: false, error: refuse('unauthenticated', 'you were signed out before it was confirmed') };
      }
      const answer = isOpen() ? await attempt(message) : undefined;
      if (answer !== undefined) return answer;
      if (clock() >= deadline) {
        return {
          ok: false,
          error: refuse('unavailable', 'the server did not confirm it; look before you try again'),
        };
      }
      await pause(Math.min(5_000, pauseMs * tried) * (0.5 + Math.random()));
    }
  };

  /** The answer, or nothing where there was none that says what became of it. */
  async function attempt(message: unknown): Promise<SendResult | undefined> {
    try {
      const parsed = answerSchema.safeParse(await ask('command', message));
      if (!parsed.success) return undefined;
      if (parsed.data.ok)
        return { ok: true, ...(parsed.data.result === undefined ? {} : { result: parsed.data.result }) };
      const { error } = parsed.data;
      return error.code === 'unavailable' || error.code === 'rate_limited' ? undefined : { ok: false, error };
    } catch {
      return undefined;
    }
  }
}
