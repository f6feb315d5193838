/** Which pages of browsers may speak with us as who is signed in there. */
export interface AllowedOrigins {
  /** Whether pages of this origin may read our answers: our own, or one of the list, exactly. */
  has(origin: string): boolean;
  /**
   * Whether a request may open a socket. Browsers name the page's origin and do not ask first; other clients name none, and
   * have no cookies that could be borrowed. A page of the very host that is asked is no other site, whatever that host is
   * called inside the house.
   */
  mayConnect(headers: { origin?: string | undefined; host?: string | undefined }): boolean;
}

/** Judges origins by our own and a list. */
export function createAllowedOrigins(publicUrl: () => string, listed: readonly string[]): AllowedOrigins {
  const list = new Set(listed);
  const has = (origin: string): boolean => list.has(origin) || origin === new URL(publicUrl()).origin;
  return {
    has,
    mayConnect({ origin, host }) {
      if (origin === undefined || has(origin)) return true;
      return URL.canParse(origin) && new URL(origin).host === host;
    },
  };
}
