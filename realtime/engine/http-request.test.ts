import { expect, it } from 'vitest';
import { normalAddress } from './client-address.ts';
import { readHead } from './http-request.ts';

const host = ['Host', 'wall.example:4000'] as const;

it('reads method, address, headers and length', () => {
  const read = readHead({
    method: 'POST',
    target: '/a%2Fb?c=%20',
    headers: [host, ['Content-Length', '12'], ['X-A', '1'], ['x-a', '2']],
  });
  if (read.problem) throw new Error(read.problem.title);
  expect([read.method, read.url, read.bodyBytes]).toEqual([
    'POST',
    'http://wall.example:4000/a%2Fb?c=%20',
    12,
  ]);
  expect(read.headers.get('x-a')).toBe('1, 2');
  expect(
    readHead({ method: 'POST', target: '/', headers: [host, ['transfer-encoding', 'Chunked']] }).bodyBytes,
  ).toBeUndefined();
  expect(readHead({ method: 'GET', target: '/', headers: [host, ['content-length', '3']] }).bodyBytes).toBe(
    0,
  );
});

it.each([
  ['no host', 400, '/', []],
  ['two hosts', 400, '/', [host, host]],
  ['a user in the host', 400, '/', [['host', 'a@b']]],
  ['a whole address as target', 400, 'http://x/', [host]],
  ['an asterisk', 400, '*', [host]],
  ['a fragment', 400, '/a#b', [host]],
  ['a space', 400, '/a b', [host]],
  ['a backslash', 400, '/\\evil', [host]],
  ['two lengths', 400, '/', [host, ['content-length', '1'], ['content-length', '1']]],
  ['a negative length', 400, '/', [host, ['content-length', '-1']]],
  ['a length in hex', 400, '/', [host, ['content-length', '0x10']]],
  ['two encodings', 400, '/', [host, ['transfer-encoding', 'chunked'], ['transfer-encoding', 'chunked']]],
  ['a length beside chunks', 400, '/', [host, ['transfer-encoding', 'chunked'], ['content-length', '1']]],
  ['a header that is none', 400, '/', [host, ['a b', '1']]],
  ['headers over 16 KiB', 431, '/', [host, ['a', 'x'.repeat(17_000)]]],
] as const)('refuses %s', (_what, status, target, headers) => {
  expect(readHead({ method: 'POST', target, headers }).problem?.status).toBe(status);
});

it('spells addresses one way', () => {
  expect(
    [
      '127.0.0.1',
      '::ffff:10.0.0.1',
      '0000:0000:0000:0000:0000:ffff:0a00:0001',
      '2001:0db8:0:0::1',
      'fe80::1%eth0',
      '',
    ].map(normalAddress),
  ).toEqual(['127.0.0.1', '10.0.0.1', '10.0.0.1', '2001:db8::1', 'fe80::1', '']);
});
