import { describe, expect, it } from 'vitest';
import { addressBlock } from './address-block.ts';
import { createAttemptLimiter } from './attempt-limiter.ts';
import { createSignInLimits } from './sign-in-limits.ts';

function clockAt(start = 1_000_000) {
  let now = start;
  return Object.assign(() => now, { pass: (ms: number) => (now += ms) });
}

describe('the limiter', () => {
  const policy = { free: 2, firstWaitMs: 1_000, longestWaitMs: 4_000, forgetMs: 60_000 };

  it('lets some fail freely, then doubles the wait up to the longest', () => {
    const clock = clockAt();
    const limiter = createAttemptLimiter(policy, { most: 10, clock });
    const waits: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      limiter.charge('a');
      const waitMs = limiter.blocked('a')?.waitMs ?? 0;
      waits.push(waitMs);
      clock.pass(waitMs);
      expect(limiter.blocked('a')).toBeUndefined();
    }
    expect(waits).toEqual([0, 0, 1_000, 2_000, 4_000, 4_000]);
  });

  it('forgets failures one by one', () => {
    const clock = clockAt();
    const limiter = createAttemptLimiter(policy, { most: 10, clock });
    for (let n = 0; n < 3; n += 1) limiter.charge('a');
    clock.pass(60_000);
    limiter.charge('a');
    expect(limiter.blocked('a')?.waitMs).toBe(1_000);
    clock.pass(180_000);
    limiter.charge('a');
    expect(limiter.blocked('a')).toBeUndefined();
  });

  it('takes back what did not fail, and knows the first that it turns away', () => {
    const limiter = createAttemptLimiter(policy, { most: 10, clock: clockAt() });
    for (let n = 0; n < 3; n += 1) limiter.charge('a');
    expect([limiter.blocked('a')?.first, limiter.blocked('a')?.first]).toEqual([true, false]);
    limiter.refund('a');
    expect(limiter.blocked('a')).toBeUndefined();
    limiter.charge('a');
    expect(limiter.blocked('a')?.first).toBe(true);
  });

  it('keeps so many keys, the last used ones', () => {
    const limiter = createAttemptLimiter(policy, { most: 2, clock: clockAt() });
    for (let n = 0; n < 3; n += 1) limiter.charge('a');
    limiter.charge('b');
    limiter.charge('a');
    limiter.charge('c');
    expect(limiter.blocked('a')).toBeDefined();
    limiter.charge('d');
    limiter.charge('e');
    expect(limiter.blocked('a')).toBeUndefined();
  });

  it('makes nobody wait for a clock that was put back', () => {
    const clock = clockAt();
    const limiter = createAttemptLimiter(policy, { most: 2, clock });
    for (let n = 0; n < 3; n += 1) limiter.charge('a');
    clock.pass(-86_400_000);
    expect(limiter.blocked('a')?.waitMs).toBe(4_000);
  });
});

describe('sign-in', () => {
  function fails(limits: ReturnType<typeof createSignInLimits>, account: string, address: string): boolean {
    return !('waitMs' in limits.begin(account, address));
  }

  it('is limited for the account at the address, and not for it elsewhere', () => {
    const limits = createSignInLimits({ clock: clockAt() });
    let let_in = 0;
    for (let n = 0; n < 100; n += 1) if (fails(limits, 'owner', '6.6.6.6')) let_in += 1;
    expect(let_in).toBe(6);
    expect(fails(limits, 'owner', '1.1.1.1')).toBe(true);
    expect(fails(limits, 'other', '6.6.6.6')).toBe(true);
  });

  it('counts attempts that are under way', () => {
    const limits = createSignInLimits({ clock: clockAt() });
    const attempts = Array.from({ length: 10 }, () => limits.begin('owner', '1.1.1.1'));
    expect(attempts.filter((attempt) => 'waitMs' in attempt)).toHaveLength(4);
  });

  it('is limited for an address that tries many accounts, but not for those who succeed there', () => {
    const limits = createSignInLimits({ clock: clockAt() });
    for (let n = 0; n < 500; n += 1) {
      const attempt = limits.begin(`nurse-${n}`, '2.2.2.2');
      if ('waitMs' in attempt) throw new Error(`the ${n}th was turned away`);
      attempt.succeeded();
    }
    let let_in = 0;
    for (let n = 0; n < 500; n += 1) if (fails(limits, `guess-${n}`, '2.2.2.2')) let_in += 1;
    expect(let_in).toBe(51);
    expect(fails(limits, 'nurse-7', '2.2.2.2')).toBe(true);
    expect(fails(limits, 'newcomer', '2.2.2.2')).toBe(false);
  });

  it('is slowed down for an account that many addresses try, and never shuts its owner out for long', () => {
    const clock = clockAt();
    const limits = createSignInLimits({ clock });
    const home = limits.begin('owner', '1.1.1.1');
    if ('waitMs' in home) throw new Error('turned away');
    home.succeeded();
    let let_in = 0;
    for (let n = 0; n < 500; n += 1) if (fails(limits, 'owner', `9.9.${n >> 8}.${n & 255}`)) let_in += 1;
    expect(let_in).toBe(21);
    expect(fails(limits, 'owner', '1.1.1.1')).toBe(true);
    const elsewhere = limits.begin('owner', '3.3.3.3');
    expect('waitMs' in elsewhere && elsewhere.waitMs).toBeLessThanOrEqual(15_000);
  });
});

it('an IPv6 client is one, whichever of its addresses it takes', () => {
  expect(addressBlock('10.1.2.3')).toBe('10.1.2.3');
  expect(addressBlock('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
  expect(addressBlock('2001:db8:1:2::6')).toBe('2001:db8:1:2::/64');
  expect(addressBlock('2001:db8::6')).toBe('2001:db8:0:0::/64');
  expect(addressBlock('::1')).toBe('0:0:0:0::/64');
  expect(addressBlock('1::2:3:4:5:6')).toBe('1:0:0:2::/64');
});
