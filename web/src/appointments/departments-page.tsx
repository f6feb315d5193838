import { Link } from '@tanstack/react-router';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { Empty, Failure, Loading } from '../ui/states.tsx';
import { useDepartments } from './departments.ts';
import '../places/places.css';

/** Every department whose appointments one may see. */
export function DepartmentsPage() {
  const t = useText();
  const departments = useDepartments();
  return (
    <Page title={t('appointments.departments')}>
      {departments === 'loading' ? (
        <Loading />
      ) : 'error' in departments ? (
        <Failure title={t('appointments.departments-failure')} />
      ) : departments.length === 0 ? (
        <Empty title={t('appointments.no-departments')}>
          <p>{t('units.empty-text')}</p>
        </Empty>
      ) : (
        <ul className="place-list">
          {departments.map(({ id, name, facility }) => (
            <li key={id}>
              <Link to="/departments/$department/day" params={{ department: id }} className="place">
                {name}
                <small>{facility}</small>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}
