import { expect, test } from 'vitest';
import { createNetworks } from '../setting-lists.ts';
import { createClientAddresses, directClients } from './client-address.ts';

const proxied = createClientAddresses(createNetworks(['10.0.0.0/8', 'fd00::/8', '127.0.0.1']));

test('without trusted proxies a client is whoever the connection comes from', () => {
  expect(directClients.of('203.0.113.1', '198.51.100.1')).toBe('203.0.113.1');
  expect(directClients.of('::ffff:203.0.113.1', undefined)).toBe('203.0.113.1');
});

test('behind trusted proxies it is the last hop that none of them is', () => {
  expect(proxied.of('10.0.0.1', '198.51.100.1')).toBe('198.51.100.1');
  expect(proxied.of('10.0.0.1', '1.2.3.4, 198.51.100.1, 10.9.9.9')).toBe('198.51.100.1');
  expect(proxied.of('fd00::1', '2001:db8:0:0::1')).toBe('2001:db8::1');
  expect(proxied.of('::ffff:10.0.0.1', '::ffff:198.51.100.1')).toBe('198.51.100.1');
});

test('nobody else is believed, and what cannot be read ends the search', () => {
  expect(proxied.of('203.0.113.1', '10.0.0.1')).toBe('203.0.113.1');
  expect(proxied.of('10.0.0.1', undefined)).toBe('10.0.0.1');
  expect(proxied.of('10.0.0.1', '198.51.100.1, unknown')).toBe('10.0.0.1');
  expect(proxied.of('10.0.0.1', '198.51.100.1, <script>, 10.0.0.2')).toBe('10.0.0.2');
  expect(proxied.of('10.0.0.1', '10.0.0.3, 10.0.0.2')).toBe('10.0.0.3');
});
