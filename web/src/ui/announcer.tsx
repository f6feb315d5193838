import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';

type Announce = (text: string, urgency?: 'polite' | 'assertive') => void;

const AnnounceContext = createContext<Announce>(() => undefined);

/** The page's two live regions. They stand from the start, because a region that comes with its text is not read out. */
export function Announcer({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ polite: '', assertive: '' });
  const even = useRef(false);
  const announce = useCallback<Announce>((text, urgency = 'polite') => {
    // The same words twice are two announcements only if the text differs.
    even.current = !even.current;
    setSaid((before) => ({ ...before, [urgency]: even.current ? text : `${text}\u00a0` }));
  }, []);
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="unseen" role="status" aria-live="polite">
        {said.polite}
      </div>
      <div className="unseen" role="alert" aria-live="assertive">
        {said.assertive}
      </div>
    </AnnounceContext>
  );
}

/** Says something to whoever listens to the screen. For what matters to them, never for every tick. */
export function useAnnounce(): Announce {
  return useContext(AnnounceContext);
}
