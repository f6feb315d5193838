import { Page } from '../app/page.tsx';
import { OwnBookings } from '../appointments/own-bookings.tsx';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { OwnPayments } from '../payments/own-payments.tsx';
import { Loading } from '../ui/states.tsx';
import './me.css';

/** What concerns whoever is signed in: their bookings and their payments. */
export function MePage() {
  const t = useText();
  const who = useStore(useLive().session);
  if (typeof who === 'string') return <Loading />;
  const topic = `user/${who.id}`;
  return (
    <Page title={t('nav.me')}>
      <div className="me">
        <OwnBookings topic={topic} />
        <OwnPayments topic={topic} />
      </div>
    </Page>
  );
}
