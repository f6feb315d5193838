import { Link } from '@tanstack/react-router';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useFacilities } from '../places/use-facilities.ts';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import '../places/places.css';

/** The facilities that have a wall one may look at. */
export function WallsPage() {
  const t = useText();
  const facilities = useFacilities();
  return (
    <Page title={t('walls.title')}>
      {facilities === 'loading' ? (
        <Loading />
      ) : 'error' in facilities ? (
        <Failure title={t('failure.topics')} />
      ) : facilities.length === 0 ? (
        <Empty title={t('units.empty')}>
          <p>{t('units.empty-text')}</p>
        </Empty>
      ) : (
        <>
          <p className="page-intro">{t('walls.intro')}</p>
          <ul className="place-list">
            {facilities.map(({ id, name, units }) => (
              <li key={id}>
                <Link to="/wall/$facility" params={{ facility: id }} className="place">
                  {name}
                  <small>{t('walls.units', { count: units.length })}</small>
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </Page>
  );
}
