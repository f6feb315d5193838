import { Link } from '@tanstack/react-router';
import { useText } from '../language/language.tsx';
import { MessagesLink } from '../messages/messages-link.tsx';

/** The one navigation. */
export function Navigation() {
  const t = useText();
  return (
    <nav className="navigation" aria-label={t('app.navigation')}>
      <Link to="/" className="nav-link" activeOptions={{ exact: true }}>
        {t('nav.units')}
      </Link>
      <Link to="/wall" className="nav-link">
        {t('nav.walls')}
      </Link>
      <MessagesLink />
    </nav>
  );
}
