import type { Contact, Feed } from '#domain/feeds/schema.ts';
import { type Instant, millis } from '#domain/instant.ts';
import { type Freshness, freshnessOf } from '#domain/measures/freshness.ts';

/** How a source stands: it speaks, has been silent for too long, has never spoken, or is not listened to. */
export type ContactState =
  | { readonly kind: 'disabled' }
  | { readonly kind: 'never' }
  | { readonly kind: 'speaks'; readonly at: Instant }
  | { readonly kind: 'silent'; readonly at: Instant; readonly freshness: Exclude<Freshness, 'fresh'> };

/** How a source stands at a moment. Its silence is the server's word; how old that makes it is counted here. */
export function contactState(feed: Feed, contact: Contact | undefined, nowMs: number): ContactState {
  if (feed.status === 'disabled') return { kind: 'disabled' };
  if (contact === undefined) return { kind: 'never' };
  const { at, silentSince } = contact;
  if (silentSince === undefined) return { kind: 'speaks', at };
  const freshness = freshnessOf(nowMs - millis(silentSince), feed.silenceLimitMinutes * 60_000);
  return { kind: 'silent', at, freshness: freshness === 'fresh' ? 'ageing' : freshness };
}
