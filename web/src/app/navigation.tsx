import { Link } from '@tanstack/react-router';
import { useText } from '../language/language.tsx';
import type { SignedIn } from '../live/live.ts';
import type { Waiting } from './sections.ts';
import { useSections } from './use-sections.ts';

/** The one navigation: what one has nothing in is not offered. */
export function Navigation({ who }: { who: SignedIn }) {
  const t = useText();
  const { seen, own } = useSections(who);
  return (
    <nav className="navigation" aria-label={t('app.navigation')}>
      {own.map(({ name, href, waiting }) => (
        <Link key={href} to={href} className="nav-link" activeOptions={{ exact: href === '/' }}>
          {t(name)}
          <Count waiting={waiting?.(seen, t)} />
        </Link>
      ))}
    </nav>
  );
}

/** What waits in all parts together: where the navigation is behind a button, the button says it. */
export function WaitingInAll({ who }: { who: SignedIn }) {
  const t = useText();
  const { seen, own } = useSections(who);
  const all = own.flatMap(({ waiting }) => waiting?.(seen, t) ?? []).filter(({ count }) => count > 0);
  if (all.length === 0) return null;
  const count = all.reduce((sum, one) => sum + one.count, 0);
  const label = all.map((one) => one.label).join(', ');
  return <Count waiting={{ count, urgent: all.some(({ urgent }) => urgent), label }} />;
}

function Count({ waiting }: { waiting: Waiting | undefined }) {
  if (waiting === undefined || waiting.count === 0) return null;
  const { count, urgent, label } = waiting;
  return (
    <span className={urgent ? 'nav-count nav-count-urgent' : 'nav-count'}>
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span className="unseen">, {label}</span>
    </span>
  );
}
