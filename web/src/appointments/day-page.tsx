import { getRouteApi } from '@tanstack/react-router';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { Failure, Forbidden, Loading } from '../ui/states.tsx';
import { DayBoard } from './day-board.tsx';
import { useDepartments } from './departments.ts';

const route = getRouteApi('/departments/$department/day');

/** A department's day, once it is known that this person may look at it. */
export function DayPage() {
  const t = useText();
  const { department: id } = route.useParams();
  const departments = useDepartments();
  if (departments === 'loading') return <Loading title={t('appointments.loading')} />;
  if ('error' in departments) {
    return (
      <Page title={t('appointments.departments')}>
        <Failure title={t('appointments.departments-failure')} />
      </Page>
    );
  }
  const department = departments.find((one) => one.id === id);
  return department === undefined ? (
    <NoDay />
  ) : (
    <DayBoard key={id} department={department} otherwise={<NoDay />} />
  );
}

function NoDay() {
  const t = useText();
  return (
    <Page title={t('appointments.departments')}>
      <Forbidden title={t('forbidden.title')}>
        <p>{t('appointments.forbidden')}</p>
      </Forbidden>
    </Page>
  );
}
