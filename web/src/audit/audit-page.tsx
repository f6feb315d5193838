import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { securityPlace } from '../security/security-place.ts';
import { Failure, Forbidden, Loading } from '../ui/states.tsx';
import { AuditBoard } from './audit-board.tsx';

/** The audit of the organisation, once it is known that this person may look at it. */
export function AuditPage() {
  const t = useText();
  const topics = useStore(useLive().topics);
  if (topics === 'loading') return <Loading title={t('audit.loading')} />;
  if ('error' in topics) {
    return (
      <Page title={t('audit.title')}>
        <Failure title={t('failure.topics')} />
      </Page>
    );
  }
  const place = securityPlace(topics);
  if (place !== undefined) return <AuditBoard organisation={place.organisation} />;
  return (
    <Page title={t('audit.title')}>
      <Forbidden title={t('forbidden.title')}>
        <p>{t('audit.forbidden')}</p>
      </Forbidden>
    </Page>
  );
}
