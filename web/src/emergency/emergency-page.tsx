import { emergencyRights } from '#domain/emergency/access.ts';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Forbidden } from '../ui/states.tsx';
import { BreakGlass } from './break-glass.tsx';
import './emergency.css';

/** Where somebody asks to see the patients of a unit in which they have no role. */
export function EmergencyPage() {
  const t = useText();
  const session = useStore(useLive().session);
  const breakers: readonly string[] = emergencyRights['emergency.break'];
  const may = typeof session !== 'string' && session.grants.some(({ role }) => breakers.includes(role));
  return (
    <Page title={t('emergency.title')}>
      {may ? (
        <>
          <p className="page-intro">{t('emergency.intro')}</p>
          <div className="emergency">
            <BreakGlass />
            <section className="emergency-told" aria-labelledby="emergency-told">
              <h2 id="emergency-told">{t('emergency.told-title')}</h2>
              <ul>
                <li>{t('emergency.told-unit')}</li>
                <li>{t('emergency.told-record')}</li>
                <li>{t('emergency.told-review')}</li>
              </ul>
            </section>
          </div>
        </>
      ) : (
        <Forbidden title={t('forbidden.title')}>
          <p>{t('emergency.forbidden')}</p>
        </Forbidden>
      )}
    </Page>
  );
}
