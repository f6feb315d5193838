import { useEffect, useState } from 'react';
import { useText } from '../language/language.tsx';
import { useLive } from '../live/provider.tsx';
import { Modal } from './modal.tsx';

/** The minute before the automatic log-off. Whatever somebody does here tells the page that they are there. */
export function IdleWarning({ endsAt }: { endsAt: number }) {
  const t = useText();
  const live = useLive();
  const left = () => Math.max(0, Math.ceil((endsAt - Date.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the clock is read anew at each tick.
  useEffect(() => {
    const timer = setInterval(() => setSeconds(left()), 1_000);
    return () => clearInterval(timer);
  }, [endsAt]);
  return (
    <Modal title={t('idle.title')} onCancel={() => undefined}>
      <p role="timer">{t('idle.left', { count: seconds })}</p>
      {/* The press itself is what counts: it is use. */}
      <button type="button" className="primary">
        {t('idle.stay')}
      </button>
      <button type="button" className="quiet" onClick={() => void live.signOut()}>
        {t('idle.leave')}
      </button>
    </Modal>
  );
}
