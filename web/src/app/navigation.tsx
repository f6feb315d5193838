import { Link } from '@tanstack/react-router';
import { useText } from '../language/language.tsx';
import type { SignedIn } from '../live/live.ts';
import { Popover } from '../ui/popover.tsx';
import type { Section, Waiting } from './sections.ts';
import { useSections } from './use-sections.ts';

/** The one navigation: what one has nothing in is not offered. Where it is `folded`, what administrators do is a step away. */
export function Navigation({ who, folded = false }: { who: SignedIn; folded?: boolean }) {
  const t = useText();
  const { seen, own } = useSections(who);
  const links = (sections: readonly Section[]) =>
    sections.map(({ name, href, waiting }) => (
      <Link key={href} to={href} className="nav-link" activeOptions={{ exact: href === '/' }}>
        {t(name)}
        <Count waiting={waiting?.(seen, t)} />
      </Link>
    ));
  const administration = own.filter(({ among }) => among === 'administration');
  return (
    <nav className="navigation" aria-label={t('app.navigation')}>
      {links(own.filter(({ among }) => among === undefined))}
      {folded && administration.length > 1 ? (
        <Popover className="nav-more" button={t('nav.administration')}>
          <div className="navigation">{links(administration)}</div>
        </Popover>
      ) : (
        links(administration)
      )}
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
