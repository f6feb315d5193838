/**
 * What stands for one client among addresses: an IPv4 address itself, and of an IPv6 address the first 64 bits,
 * because the rest is the client's to choose. The address is spelt as the engine spells it.
 */
export function addressBlock(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const rest = tail === undefined ? [] : tail.split(':').filter((group) => group !== '');
  // A dotted ending stands for two groups.
  const width = rest.length + (rest.at(-1)?.includes('.') === true ? 1 : 0);
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - width) }, () => '0');
  return `${[...groups, ...zeros, ...rest].slice(0, 4).join(':')}::/64`;
}
