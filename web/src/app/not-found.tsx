import { Link } from '@tanstack/react-router';
import { useText } from '../language/language.tsx';
import { Page } from './page.tsx';

/** An address with nothing behind it. */
export function NotFound() {
  const t = useText();
  return (
    <Page title={t('not-found.title')}>
      <p>{t('not-found.text')}</p>
      <p className="page-next">
        <Link to="/" className="button">
          {t('not-found.home')}
        </Link>
      </p>
    </Page>
  );
}
