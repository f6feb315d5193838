import { type Refusal, refuse } from '#domain/errors.ts';

/** The answer to a page of another site. */
export const foreignPage: Refusal = refuse('forbidden', 'this is not for pages of another site');

/**
 * Whether a request that brings a cookie comes from one of our own pages, or from no page at all. Browsers name the
 * page's origin and how it stands to ours; other programs name neither, and have no cookies that could be borrowed.
 */
export function fromOwnPage({ headers, url }: Request, publicUrl: string): boolean {
  const site = headers.get('sec-fetch-site');
  if (site === 'cross-site') return false;
  const origin = headers.get('origin');
  if (origin === null) return site === null || site === 'same-origin' || site === 'none';
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  // By the host alone where it is the request's own: a proxy that ends TLS leaves us another scheme.
  return page.origin === new URL(publicUrl).origin || page.host === new URL(url).host;
}
