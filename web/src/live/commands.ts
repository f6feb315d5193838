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
  readonly clock: () => number;
  readonly pause?: (ms: number) => Promise<void>;
}

/**
 * Sends commands. One intent has one id however often it is sent, so that the server does it once even where its first
 * answer was lost on the way.
 */
export function createCommands(options: CommandsOptions): Live['send'] {
  const { ask, isOpen, clock, pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) } = options;
  return async (command) => {
    const message = { id: uuidv7(), ...command };
    const deadline = clock() + patienceMs;
    for (let tried = 1; ; tried += 1) {
      const answer = isOpen() ? await attempt(message) : undefined;
      if (answer !== undefined) return answer;
      if (clock() > deadline) {
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
