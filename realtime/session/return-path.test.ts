import { expect, test } from 'vitest';
import { returnPath } from './return-path.ts';

const own = 'https://wall.hospital.example';

test.each([
  '/',
  '/units/4w',
  '/network?sort=free#rgh',
  '/a%2Fb',
  '/@nurse',
  '/a//b',
  '/?next=https://evil.example',
])('%s is a path of ours', (path) => {
  expect(returnPath(path, own)).toBe(path);
  expect(new URL(returnPath(path, own), own).origin).toBe(own);
});

test.each([
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '\\/evil.example',
  'https://evil.example',
  'https:evil.example',
  'https:/evil.example',
  'HTTPS://evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  '@evil.example',
  ' //evil.example',
  '\t//evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\nset-cookie: a=b',
  '/.//evil.example',
  '/..//evil.example',
  '/./\\evil.example',
  '/%2e//evil.example',
  '/a/..//evil.example',
  '/api/v1/session/oidc',
  '/x/../api/v1/session',
  'units/4w',
  '',
  '?next',
  '#here',
  `/${'x'.repeat(3_000)}`,
  undefined,
])('%j is not, and comes to the start page', (path) => {
  expect(returnPath(path, own)).toBe('/');
});
