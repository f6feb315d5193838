import { isIPv6, SocketAddress } from 'node:net';
import type { Socket } from 'socket.io';

const V4_MAPPED = '::ffff:';

/** One spelling for an address: v4-mapped v6 becomes v4, v6 is compressed, a zone is dropped. Unknown text stays. */
export function normalAddress(text: string): string {
  const [bare = ''] = text.split('%');
  if (!isIPv6(bare)) return bare;
  const { address } = new SocketAddress({ address: bare, family: 'ipv6' });
  return address.startsWith(V4_MAPPED) ? address.slice(V4_MAPPED.length) : address;
}

/** The remote address of a client's connection, spelt the same on both engines as `ClientAddress`. */
export function addressOf(socket: Socket): string {
  return normalAddress(socket.handshake.address);
}
