import { useEffect, useState } from 'react';
import { z } from 'zod';
import type { Refusal } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import type { Proving } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import { ProofForm } from '../sign-in/proof-form.tsx';
import { Loading } from '../ui/states.tsx';
import { Modal } from './modal.tsx';
import '../sign-in/sign-in.css';

const askedSchema = z.object({
  challenge: z.string(),
  methods: z.array(z.enum(['password', 'totp', 'passkey', 'backup'])),
  publicKey: z.unknown().optional(),
});
type Asked = z.infer<typeof askedSchema>;

/** Asks for a fresh proof, over whatever the person is doing: behind it everything stays as it is. */
export function StepUpDialog({ proving }: { proving: Proving }) {
  const t = useText();
  const live = useLive();
  const [asked, setAsked] = useState<Asked | Refusal>();

  useEffect(() => {
    let gone = false;
    live.ask('POST', '/api/v1/session/step-up/options').then((answer) => {
      if (!gone) setAsked(answer.ok ? askedSchema.parse(answer.result) : answer.error);
    });
    return () => {
      gone = true;
    };
  }, [live]);

  return (
    <Modal title={t('step-up.title')} onCancel={() => proving.done(false)}>
      <p>{t('step-up.lead')}</p>
      {asked === undefined ? (
        <Loading />
      ) : 'code' in asked ? (
        <p className="field-error" role="alert">
          {t('proof.unavailable')}
        </p>
      ) : (
        <ProofForm
          methods={asked.methods}
          publicKey={asked.publicKey}
          wrong="step-up.wrong"
          onProof={async (proof) => {
            const answer = await live.ask('POST', '/api/v1/session/step-up', {
              challenge: asked.challenge,
              ...proof,
            });
            if (!answer.ok) return answer.error;
            proving.done(true);
            return undefined;
          }}
        />
      )}
      <button type="button" className="quiet" onClick={() => proving.done(false)}>
        {t('app.cancel')}
      </button>
    </Modal>
  );
}
