import { z } from 'zod';
import type { Database } from '#db/connect.ts';
import type { Task } from '#db/jobs/job-runner.ts';
import { endLetter, type LetterEnd, takeLetter } from '#db/jobs/letters.ts';
import type { Carrier, Delivery } from './delivery.ts';
import type { Letter, Told } from './letter.ts';

export interface PostTaskOptions {
  readonly app: Database;
  readonly letters: Readonly<Record<string, Letter>>;
  readonly publicUrl: () => string;
  /** Who carries letters, by channel. */
  readonly carriers: { readonly email: Carrier | undefined; readonly phone: Carrier | undefined };
  /** Tells a context what became of its letter. Raises where it is to be told again. */
  readonly tell: (org: string, told: Told) => Promise<void>;
  readonly onEnd: (id: string, letter: string, end: LetterEnd) => void;
  readonly patienceMs?: number;
}

const payloadSchema = z.object({ org: z.string(), post: z.uuid() });

/** What is to be tried again is raised; nothing of the other server's words is in it. */
class LetterWaits extends Error {
  override readonly name = 'LetterWaits';
}

/**
 * Sends one letter. Between the other server's yes and our writing it down lies a moment in which a node can die: then the
 * letter goes out once more, under the same id. It never goes out after it was written down as ended.
 */
export function createPostTask(options: PostTaskOptions): Task {
  const { app, letters, publicUrl, carriers, tell, onEnd, patienceMs = 60_000 } = options;

  function kindOf(name: string): Letter {
    const letter = letters[name];
    if (letter === undefined) throw new Error(`there is no letter ${name}`);
    return letter;
  }

  return {
    name: 'post',
    async run(payload, { last }) {
      const { org, post } = payloadSchema.parse(payload);
      const taken = await takeLetter(app, org, post, async ({ address: _to, ...letter }, sql) =>
        kindOf(letter.letter).prepare({ sql, org, ...letter, publicUrl: publicUrl().replace(/\/+$/, '') }),
      );
      if (taken === undefined) return;
      const { letter, about } = taken.letter;
      // Also one that has ended: whoever wrote that down may have died before telling of it.
      const told = async (status: string): Promise<void> => {
        if (status === 'unwanted') return;
        const message = kindOf(letter).ended?.(about, status === 'sent' ? 'sent' : 'failed');
        if (message !== undefined) await tell(org, message);
      };
      if (!taken.waits) return told(taken.letter.status);

      const { written } = taken;
      const { channel, address } = taken.letter;
      const carry = carriers[channel];
      const delivery: Delivery | undefined =
        written === undefined
          ? undefined
          : carry === undefined
            ? { outcome: 'never', why: 'not_configured' }
            : await inTime(carry({ org, id: post, to: address, ...written }), patienceMs);
      if (delivery?.outcome === 'later' && !last) throw new LetterWaits('it is to be tried again');
      const end: LetterEnd =
        delivery === undefined
          ? { status: 'unwanted' }
          : delivery.outcome === 'sent'
            ? { status: 'sent' }
            : { status: 'failed', why: delivery.why };
      if (await endLetter(app, org, post, end)) onEnd(post, letter, end);
      await told(end.status);
    },
  };
}

/** A delivery, or that nothing was heard of it in time. */
async function inTime(delivery: Promise<Delivery>, patienceMs: number): Promise<Delivery> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Delivery>((resolve) => {
    timer = setTimeout(() => resolve({ outcome: 'later', why: 'unreachable' }), patienceMs);
  });
  try {
    return await Promise.race([delivery, late]);
  } finally {
    clearTimeout(timer);
  }
}
