import type { ReactNode } from 'react';
import { useText } from '../language/language.tsx';
import './states.css';

interface StateProps {
  readonly title: string;
  readonly children?: ReactNode;
}

/** There is nothing here, and that is how it is. */
export function Empty({ title, children }: StateProps) {
  return (
    <State kind="empty" title={title}>
      {children}
    </State>
  );
}

/** This is not for the one who looks. */
export function Forbidden({ title, children }: StateProps) {
  return (
    <State kind="forbidden" title={title}>
      {children}
    </State>
  );
}

/** It could not be shown, and what can be done about it. */
export function Failure({ title, children }: StateProps) {
  return (
    <State kind="failure" title={title}>
      {children}
    </State>
  );
}

/** It is on its way. Shown only after a moment, so that what comes at once does not flicker. */
export function Loading({ title }: { title?: string }) {
  const t = useText();
  return (
    <div className="state state-loading" role="status">
      <span className="state-bars" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <p>{title ?? t('app.loading')}</p>
    </div>
  );
}

function State({ kind, title, children }: StateProps & { kind: 'empty' | 'forbidden' | 'failure' }) {
  return (
    <section className={`state state-${kind}`}>
      <svg className="state-picture" viewBox="0 0 64 48" aria-hidden="true" focusable="false">
        <path d={pictures[kind]} />
      </svg>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** An empty bed, a closed door, a broken line. */
const pictures = {
  empty: 'M6 10v28M6 30h52M58 38V24a6 6 0 0 0-6-6H22v12M10 24a4 4 0 1 0 8 0a4 4 0 1 0-8 0',
  forbidden: 'M18 44V4h28v40M10 44h44M39 24v4',
  failure: 'M4 26h16l6-14l8 26l5-12h4M50 26h10M45 20l4 12',
} as const;
