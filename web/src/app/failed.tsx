import { useText } from '../language/language.tsx';
import { Page } from './page.tsx';

/** A page that could not be shown: a bug of ours, or a piece of the application that could not be fetched. */
export function Failed() {
  const t = useText();
  return (
    <Page title={t('failure.title')}>
      <p>{t('failure.text')}</p>
      <p className="page-next">
        <button type="button" onClick={() => location.reload()}>
          {t('failure.reload')}
        </button>
      </p>
    </Page>
  );
}
