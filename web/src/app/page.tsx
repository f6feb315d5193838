import { useLocation } from '@tanstack/react-router';
import { createContext, type ReactNode, useContext, useEffect, useRef } from 'react';
import { useText } from '../language/language.tsx';

/** The path on which the application was opened. There the browser decides where the focus is. */
const ArrivalContext = createContext<{ current: string | undefined }>({ current: undefined });

/** Remembers where the application was opened, for the pages inside. */
export function Arrival({ children }: { children: ReactNode }) {
  const opened = useRef<string | undefined>(useLocation().pathname);
  return <ArrivalContext value={opened}>{children}</ArrivalContext>;
}

/**
 * Names the document, and moves the focus to the page's heading when one came here by a link: otherwise nothing tells
 * whoever cannot see it that there is another page.
 */
export function usePageHeading(title: string) {
  const t = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  const arrival = useContext(ArrivalContext);
  const { pathname } = useLocation();
  useEffect(() => {
    document.title = t('app.title', { page: title });
  }, [t, title]);
  useEffect(() => {
    if (arrival.current === pathname) return;
    arrival.current = undefined;
    heading.current?.focus();
  }, [arrival, pathname]);
  return heading;
}

/** A page with one heading at its top. */
export function Page({ title, children }: { title: string; children: ReactNode }) {
  const heading = usePageHeading(title);
  return (
    <div className="page">
      <h1 ref={heading} tabIndex={-1} className="page-title">
        {title}
      </h1>
      {children}
    </div>
  );
}
