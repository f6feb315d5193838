import { Link } from '@tanstack/react-router';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { useFacilities } from './use-facilities.ts';
import './places.css';

/** Every unit one may see, by facility: the way from the network down to a bed board. */
export function UnitsPage() {
  const t = useText();
  const facilities = useFacilities();
  return (
    <Page title={t('units.title')}>
      {facilities === 'loading' ? (
        <Loading />
      ) : 'error' in facilities ? (
        <Failure title={t('failure.topics')} />
      ) : facilities.length === 0 ? (
        <Empty title={t('units.empty')}>
          <p>{t('units.empty-text')}</p>
        </Empty>
      ) : (
        facilities.map(({ id, name, units }) => (
          <section key={id} className="facility" aria-labelledby={`facility-${id}`}>
            <header className="facility-head">
              <h2 id={`facility-${id}`}>{name}</h2>
              <Link
                to="/wall/$facility"
                params={{ facility: id }}
                className="button"
                aria-label={t('units.wall', { facility: name })}
              >
                {t('units.wall-short')}
              </Link>
            </header>
            <ul className="place-list">
              {units.map((unit) => (
                <li key={unit.id}>
                  <Link to="/units/$unit/beds" params={{ unit: unit.id }} className="place">
                    {unit.name}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))
      )}
    </Page>
  );
}
