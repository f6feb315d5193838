import { BlockList, isIP } from 'node:net';
import { z } from 'zod';

const commaList = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );

/** Origins as browsers name them, such as `https://wall.example.org`: exact, no path, no pattern. */
export const originList = commaList.refine(
  (items) =>
    items.every(
      (item) => /^https?:\/\/[\w.:[\]-]+$/.test(item) && URL.canParse(item) && new URL(item).origin === item,
    ),
  'must be origins such as https://wall.example.org, with commas between them',
);

/** Addresses and networks, such as `10.0.0.0/8, ::1`. */
export const networkList = commaList.refine(
  (items) => items.every((item) => networkOf(item) !== undefined),
  'must be addresses or networks such as 10.0.0.0/8, with commas between them',
);

/** Tells whether an address is in one of the networks. */
export function createNetworks(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const read = networkOf(network);
    if (read !== undefined) list.addSubnet(read.address, read.bits, read.family);
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
}

function networkOf(text: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const most = family === 4 ? 32 : 128;
  const count = bits === undefined ? most : Number(bits);
  return count > most ? undefined : { address, bits: count, family: family === 4 ? 'ipv4' : 'ipv6' };
}
