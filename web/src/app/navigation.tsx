import { Link } from '@tanstack/react-router';
import { useText } from '../language/language.tsx';
import { useSections } from './use-sections.ts';

/** The one navigation: what one has nothing in is not offered. */
export function Navigation() {
  const t = useText();
  const { own } = useSections();
  return (
    <nav className="navigation" aria-label={t('app.navigation')}>
      {own.map(({ name, href }) => (
        <Link key={href} to={href} className="nav-link" activeOptions={{ exact: href === '/' }}>
          {t(name)}
        </Link>
      ))}
    </nav>
  );
}
