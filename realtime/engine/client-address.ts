import { isIP, isIPv6, SocketAddress } from 'node:net';
import type { Socket } from 'socket.io';

const V4_MAPPED = '::ffff:';

/** One spelling for an address: v4-mapped v6 becomes v4, v6 is compressed, a zone is dropped. Unknown text stays. */
export function normalAddress(text: string): string {
  const [bare = ''] = text.split('%');
  if (!isIPv6(bare)) return bare;
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' });
  return address.startsWith(V4_MAPPED) ? address.slice(V4_MAPPED.length) : address;
}

/** Who a client is, as its connection and the proxies before it tell. */
export interface ClientAddresses {
  /** Of a request: the connection's remote address, and the lines of X-Forwarded-For that came with it. */
  of(remote: string, forwardedFor: string | undefined): string;
  /** Of a socket, the same. */
  ofSocket(socket: Socket): string;
}

/**
 * Finds the client behind the proxies that are trusted: the last address of X-Forwarded-For that is not one of theirs, and
 * that only where a trusted proxy brings it. What anybody else writes there is what they would like to be taken for.
 */
export function createClientAddresses(isTrusted: (address: string) => boolean): ClientAddresses {
  const of = (remote: string, forwardedFor: string | undefined): string => {
    let client = normalAddress(remote);
    const hops = (forwardedFor ?? '').split(',').map((hop) => hop.trim());
    while (isTrusted(client)) {
      const hop = normalAddress(hops.pop() ?? '');
      // Past what cannot be read nothing can be known: the last that was sure is whom we answer for.
      if (isIP(hop) === 0) return client;
      client = hop;
    }
    return client;
  };
  return {
    of,
    ofSocket({ handshake }) {
      const forwarded = handshake.headers['x-forwarded-for'];
      return of(handshake.address, Array.isArray(forwarded) ? forwarded.join(',') : forwarded);
    },
  };
}

/** Nobody is trusted: the client is whoever the connection comes from. */
export const directClients = createClientAddresses(() => false);
