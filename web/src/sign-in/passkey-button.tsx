import { useState } from 'react';
import { z } from 'zod';
import type { MessageKey } from '../language/catalogue.ts';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';
import { passkeysPossible, signedByPasskey } from './passkey.ts';

type FaultKey = Extract<MessageKey, `sign-in.passkey-${string}` | 'sign-in.unavailable'>;

const askedSchema = z.object({ challenge: z.string(), publicKey: z.unknown().optional() });

/** The way in without a password. */
export function PasskeyButton() {
  const t = useText();
  const live = useLive();
  const [pending, setPending] = useState(false);
  const [fault, setFault] = useState<FaultKey>();

  const enter = async () => {
    setFault(undefined);
    if (!passkeysPossible()) return setFault('sign-in.passkey-no-name');
    setPending(true);
    setFault(await attempt());
    setPending(false);
  };
  async function attempt(): Promise<FaultKey | undefined> {
    const asked = await live.ask('POST', '/api/v1/session/passkey/options');
    if (!asked.ok) return asked.error.code === 'conflict' ? 'sign-in.passkey-no-name' : 'sign-in.unavailable';
    const { challenge, publicKey } = askedSchema.parse(asked.result);
    const response = await signedByPasskey(publicKey);
    if (response === undefined) return 'sign-in.passkey-failed';
    const result = await live.enter('passkey', { challenge, response });
    if (result.ok || 'mfa' in result) return undefined;
    return result.error.code === 'unauthenticated' ? 'sign-in.passkey-unknown' : 'sign-in.unavailable';
  }

  return (
    <>
      <button type="button" onClick={() => void enter()} disabled={pending}>
        {t('sign-in.passkey')}
      </button>
      <p role="alert" className={fault === undefined ? 'unseen' : 'field-error'}>
        {fault !== undefined && t(fault)}
      </p>
    </>
  );
}
