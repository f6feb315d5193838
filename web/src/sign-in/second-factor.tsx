import { useText } from '../language/language.tsx';
import type { SecondFactorAsked } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import { ProofForm } from './proof-form.tsx';

/** What is left of a sign-in after the password. */
export function SecondFactor({ asked, onStartOver }: { asked: SecondFactorAsked; onStartOver: () => void }) {
  const t = useText();
  const live = useLive();
  return (
    <div className="sign-in-form">
      <p className="sign-in-brand">{t('app.name')}</p>
      <h1>{t('sign-in.second')}</h1>
      <p>{t('sign-in.second-lead')}</p>
      <ProofForm
        methods={asked.methods}
        publicKey={asked.publicKey}
        wrong="sign-in.second-wrong"
        onProof={async (proof) => {
          const result = await live.enter('mfa', { challenge: asked.challenge, ...proof });
          return result.ok || 'mfa' in result ? undefined : result.error;
        }}
      />
      <button type="button" className="quiet" onClick={onStartOver}>
        {t('sign-in.start-over')}
      </button>
    </div>
  );
}
