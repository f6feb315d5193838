import { isWall } from '../app/kiosk-browser.ts';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import './glass-name.css';

/** What this display is called, on its glass: whoever reports that it is wrong can say which it is. */
export function GlassName() {
  const t = useText();
  const who = useStore(useLive().session);
  if (typeof who === 'string' || !isWall(who)) return null;
  return (
    <p className="glass-name">
      <span className="unseen">{t('wall.name', { name: who.name })}</span>
      <span aria-hidden="true">{who.name}</span>
    </p>
  );
}
