import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSignedBy, readSignature, sign, toleranceMs } from './signature.ts';

const now = Date.parse('2026-11-21T08:00:00.000Z');
const read = (header: string | undefined, nowMs = now) => readSignature(header, nowMs);

test('INV-12.3 a signature is of one secret, one body and one moment', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.uint8Array(),
      fc.uint8Array(),
      (secret, other, body, changed) => {
        const signature = read(sign(secret, body, now));
        if ('code' in signature) throw new Error(signature.message);
        expect(isSignedBy(secret, signature, body)).toBe(true);
        expect(isSignedBy(secret, signature, changed)).toBe(Buffer.from(body).equals(Buffer.from(changed)));
        if (secret !== other) expect(isSignedBy(other, signature, body)).toBe(false);
        expect(isSignedBy(secret, { ...signature, seconds: signature.seconds + 1 }, body)).toBe(false);
      },
    ),
  );
});

test.each([
  ['now', 0, undefined],
  ['just in time', -toleranceMs, undefined],
  ['just not too early', toleranceMs, undefined],
  ['too old', -toleranceMs - 1000, 'Carewall-Signature.t'],
  ['from the future', toleranceMs + 1000, 'Carewall-Signature.t'],
])('%s', (_what, ms, path) => {
  const signature = read(sign('secret', Buffer.from('x'), now + ms));
  expect('code' in signature ? signature.issues?.[0]?.path : undefined).toBe(path);
});

test.each([
  undefined,
  '',
  't=1',
  'v1=00',
  `t=x,v1=${'0'.repeat(64)}`,
  `t=1,v1=${'0'.repeat(63)}`,
  `t=1,v1=${'G'.repeat(64)}`,
  `t=1,v1=${'0'.repeat(64)},v1=${'0'.repeat(64)}`,
])('%s is no signature', (header) => {
  expect(read(header)).toMatchObject({ code: 'invalid', issues: [{ path: 'Carewall-Signature' }] });
});
