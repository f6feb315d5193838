/** What of the security is shown, as the address says it. */
export interface SecurityView {
  /** The incident that is open. */
  readonly incident?: string;
  /** An incident is being reported: about this alert, or about none. */
  readonly report?: string;
}

/** Reads the view from an address; what makes no sense there is left out. */
export function readSecurityView(search: Readonly<Record<string, unknown>>): SecurityView {
  const text = (key: keyof SecurityView) => (typeof search[key] === 'string' ? { [key]: search[key] } : {});
  return { ...text('incident'), ...text('report') };
}
