import { useState } from 'react';
import type { MessageKey } from '../language/catalogue.ts';
import { useLive } from '../live/provider.tsx';
import { useAnnounce } from '../ui/announcer.tsx';

type RefusedKey = Extract<MessageKey, `contacts.refused-${string}`>;

/** Sends commands about contacts, one at a time, and keeps why the last was refused. */
export function useContactAsk() {
  const live = useLive();
  const announce = useAnnounce();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<RefusedKey>();

  async function ask(
    command: { type: string; data: Record<string, unknown>; expect?: number },
    done: string,
  ): Promise<boolean> {
    setBusy(true);
    setRefused(undefined);
    const answer = await live.send(command);
    setBusy(false);
    if (answer.ok) announce(done);
    else setRefused(keyOf(answer.error.code));
    return answer.ok;
  }

  return { ask, busy, refused };
}

function keyOf(code: string): RefusedKey {
  switch (code) {
    case 'conflict':
    case 'gone':
      return 'contacts.refused-conflict';
    case 'rate_limited':
      return 'contacts.refused-moment';
    case 'forbidden':
    case 'not_found':
      return 'contacts.refused-right';
    default:
      return 'contacts.refused-other';
  }
}
