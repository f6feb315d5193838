import type { ReactNode } from 'react';
import './notice.css';

/** Something that is said on a page, apart from what stands there. A refusal is read out at once. */
export function Notice({ refused = false, children }: { refused?: boolean; children: ReactNode }) {
  return refused ? (
    <p className="notice notice-refused" role="alert">
      {children}
    </p>
  ) : (
    <p className="notice">{children}</p>
  );
}
