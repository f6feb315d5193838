import type { ReactNode } from 'react';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { LanguageSwitch } from '../language/language-switch.tsx';
import './join.css';

/** A page before sign-in: what it is for, and nothing around it. */
export function DoorPage({ title, children }: { title: string; children: ReactNode }) {
  const t = useText();
  return (
    <div className="join">
      <div className="join-card">
        <p className="join-brand">{t('app.name')}</p>
        <Page title={title}>{children}</Page>
      </div>
      <LanguageSwitch />
    </div>
  );
}

/** It is done: what is next. */
export function Done({ title, text, signIn = false }: { title: string; text: string; signIn?: boolean }) {
  const t = useText();
  return (
    <DoorPage title={title}>
      <p role="status">{text}</p>
      {signIn && (
        <a className="button" href="/">
          {t('join.sign-in')}
        </a>
      )}
    </DoorPage>
  );
}

/** The link cannot be used, whatever is wrong with it. */
export function Gone({ again }: { again?: string }) {
  const t = useText();
  return (
    <DoorPage title={t('join.gone')}>
      <p>{t('join.gone-text')}</p>
      {again !== undefined && (
        <a className="button" href={again}>
          {t('join.forgotten-title')}
        </a>
      )}
    </DoorPage>
  );
}
