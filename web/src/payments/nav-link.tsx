import { Link } from '@tanstack/react-router';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { paymentsPlace } from './payments-place.ts';

/** The way to the payments, for whoever may see them. */
export function PaymentsNavLink() {
  const t = useText();
  const topics = useStore(useLive().topics);
  if (topics === 'loading' || 'error' in topics || paymentsPlace(topics) === undefined) return null;
  return (
    <Link to="/payments" className="nav-link">
      {t('nav.payments')}
    </Link>
  );
}
