import { Link } from '@tanstack/react-router';
import type { User } from '#domain/people/schema.ts';
import { useText } from '../language/language.tsx';
import { useStore, useTopic } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { useDepartments } from './departments.ts';

/** The ways to appointments: to those of departments, and to one’s own, each for whoever has some there. */
export function AppointmentLinks() {
  const t = useText();
  const departments = useDepartments();
  const session = useStore(useLive().session);
  return (
    <>
      {departments !== 'loading' && !('error' in departments) && departments.length > 0 && (
        <Link to="/departments" className="nav-link">
          {t('nav.appointments')}
        </Link>
      )}
      {typeof session !== 'string' && (
        <MineLink account={session.id} patient={session.grants.some(({ role }) => role === 'patient')} />
      )}
    </>
  );
}

function MineLink({ account, patient }: { account: string; patient: boolean }) {
  const t = useText();
  const { state } = useTopic<User>(`user/${account}`);
  const some = patient || Object.keys(state?.booking ?? {}).length > 0;
  return some ? (
    <Link to="/me" className="nav-link">
      {t('nav.me')}
    </Link>
  ) : null;
}
