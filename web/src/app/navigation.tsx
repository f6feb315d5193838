import { Link } from '@tanstack/react-router';
import { useText } from '../language/language.tsx';
import { useAttestingFacilities } from '../network/attesting-facilities.ts';

/** The one navigation. */
export function Navigation() {
  const t = useText();
  const attesting = useAttestingFacilities();
  return (
    <nav className="navigation" aria-label={t('app.navigation')}>
      <Link to="/" className="nav-link" activeOptions={{ exact: true }}>
        {t('nav.units')}
      </Link>
      <Link to="/wall" className="nav-link">
        {t('nav.walls')}
      </Link>
      {attesting.length > 0 && (
        <Link to="/network" className="nav-link">
          {t('nav.network')}
        </Link>
      )}
    </nav>
  );
}
