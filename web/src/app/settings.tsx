import { Link } from '@tanstack/react-router';
import { useText } from '../language/language.tsx';
import { LanguageSwitch } from '../language/language-switch.tsx';
import type { SignedIn } from '../live/live.ts';
import { useLive } from '../live/provider.tsx';
import { ThemeSwitch } from '../theme/theme-switch.tsx';

/** Who is signed in, how the screen looks, and the way out. */
export function Settings({ who }: { who: SignedIn }) {
  const t = useText();
  const live = useLive();
  return (
    <div className="settings">
      <p>{t('app.signed-in-as', { name: who.name })}</p>
      <Link to="/me/profile" className="button">
        {t('nav.profile')}
      </Link>
      <LanguageSwitch />
      <ThemeSwitch />
      <Link to="/me/security" className="button">
        {t('app.my-security')}
      </Link>
      <Link to="/me/privacy" className="button">
        {t('nav.my-privacy')}
      </Link>
      <button type="button" onClick={() => void live.signOut()}>
        {t('app.sign-out')}
      </button>
    </div>
  );
}
