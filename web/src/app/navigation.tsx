import { Link } from '@tanstack/react-router';
import { AppointmentLinks } from '../appointments/nav-links.tsx';
import { useText } from '../language/language.tsx';

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
      <AppointmentLinks />
    </nav>
  );
}
