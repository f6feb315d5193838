import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttemptPolicy, beginAttempt, settleAttempt } from '#db/attempts.ts';
import { createTestPeople, type TestPeople } from '#db/testing/test-people.ts';
import { addressBlock } from '#domain/address-block.ts';
import { createSignInLimits, type SignInLimits } from './sign-in-limits.ts';

let people: TestPeople;
beforeAll(async () => {
  people = await createTestPeople();
});
afterAll(() => people.close());

function clockAt(start = 1_000_000_000_000) {
  let now = start;
  return Object.assign(() => now, { pass: (ms: number) => (now += ms) });
}

describe('a bucket of failures', () => {
  const policy: AttemptPolicy = { free: 2, firstWaitMs: 1_000, longestWaitMs: 4_000, forgetMs: 60_000 };
  let buckets = 0;

  function bucket() {
    const clock = clockAt();
    buckets += 1;
    const keys = [{ key: Buffer.from(`bucket ${buckets}`), ...policy }];
    const sql = people.databases.identity;
    return {
      clock,
      begin: () => beginAttempt(sql, keys, clock()),
      refund: () => settleAttempt(sql, { cleared: [], refunded: keys }, clock()),
      clear: () => settleAttempt(sql, { cleared: keys, refunded: [] }, clock()),
    };
  }

  it('lets some fail freely, then doubles the wait up to the longest', async () => {
    const { begin, clock } = bucket();
    const waits: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      expect(await begin()).toBeUndefined();
      const waitMs = n < 2 ? 0 : ((await begin())?.waitMs ?? 0);
      waits.push(waitMs);
      clock.pass(waitMs);
    }
    expect(waits).toEqual([0, 0, 1_000, 2_000, 4_000, 4_000]);
  });

  it('forgets failures one by one', async () => {
    const { begin, clock } = bucket();
    for (let n = 0; n < 3; n += 1) await begin();
    clock.pass(60_000);
    await begin();
    expect((await begin())?.waitMs).toBe(1_000);
    clock.pass(180_000);
    await begin();
    expect(await begin()).toBeUndefined();
  });

  it('takes back what did not fail, and knows the first that it turns away', async () => {
    const { begin, refund, clear } = bucket();
    for (let n = 0; n < 3; n += 1) await begin();
    expect([(await begin())?.first, (await begin())?.first]).toEqual([true, false]);
    await refund();
    expect(await begin()).toBeUndefined();
    expect((await begin())?.first).toBe(true);
    await clear();
    expect(await begin()).toBeUndefined();
  });

  it('makes nobody wait for a clock that was put back', async () => {
    const { begin, clock } = bucket();
    for (let n = 0; n < 3; n += 1) await begin();
    clock.pass(-86_400_000);
    expect((await begin())?.waitMs).toBe(4_000);
  });
});

describe('sign-in', () => {
  const device = 'd'.repeat(64);
  let names = 0;

  function limited(clock = clockAt()) {
    names += 1;
    const prefix = `${names}`;
    const of = (limits: SignInLimits) => ({
      clock,
      begin: (account: string, address: string, knownDevice?: string) =>
        limits.begin({
          account: `${prefix} ${account}`,
          address: `${prefix}.${address}`,
          knownDevice,
          proof: 'password',
        }),
      async fails(account: string, address: string, knownDevice?: string): Promise<boolean> {
        return !('waitMs' in (await this.begin(account, address, knownDevice)));
      },
      async letIn(times: number, attempt: (n: number) => Promise<boolean>): Promise<number> {
        let count = 0;
        for (let n = 0; n < times; n += 1) if (await attempt(n)) count += 1;
        return count;
      },
    });
    const made = () => createSignInLimits({ sql: people.databases.identity, ring: people.ring, clock });
    return { first: of(made()), second: of(made()) };
  }

  it('is limited for the account at the address on all nodes together, and not for it elsewhere', async () => {
    const { first, second } = limited();
    const letIn = await first.letIn(30, (n) => (n % 2 === 0 ? first : second).fails('owner', '6.6.6'));
    expect(letIn).toBe(6);
    expect(await second.fails('owner', '1.1.1')).toBe(true);
    expect(await second.fails('other', '6.6.6')).toBe(true);
  });

  it('counts attempts that are under way', async () => {
    const { first, second } = limited();
    const attempts = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? first : second).begin('owner', '1.1.1')),
    );
    expect(attempts.filter((attempt) => 'waitMs' in attempt)).toHaveLength(4);
  });

  it('is limited for an address that tries many accounts, but not for those who succeed there', async () => {
    const { first } = limited();
    for (let n = 0; n < 60; n += 1) {
      const attempt = await first.begin(`nurse-${n}`, '2.2.2');
      if ('waitMs' in attempt) throw new Error(`the ${n}th was turned away`);
      await attempt.succeeded();
    }
    expect(await first.letIn(70, (n) => first.fails(`guess-${n}`, '2.2.2'))).toBe(51);
    expect(await first.fails('newcomer', '2.2.2')).toBe(false);
    expect(await first.fails('nurse-7', '2.2.2', device)).toBe(true);
  });

  it('INV-15.1 is slowed down for an account that many addresses try, and never for its owner’s known browser', async () => {
    const { first, second } = limited();
    expect(await first.letIn(100, (n) => first.fails('owner', `9.9.${n}`))).toBe(21);
    const elsewhere = await second.begin('owner', '3.3.3');
    expect('waitMs' in elsewhere && elsewhere.waitMs).toBeLessThanOrEqual(15_000);
    expect(await second.fails('owner', '3.3.3', device)).toBe(true);
    // Nor is what somebody fails in that browser the owner's trouble elsewhere.
    expect(await first.letIn(20, () => first.fails('owner', '3.3.3', device))).toBe(5);
    first.clock.pass(15_000);
    expect(await first.fails('owner', '4.4.4')).toBe(true);
  });

  it('leaves nothing in the database that says who tried', async () => {
    const { first } = limited();
    await first.fails('owner@lakeside.example', '7.7.7');
    const rows = await people.database.owner`select * from carewall.attempts`;
    expect(rows.length).toBeGreaterThan(0);
    const text = JSON.stringify(rows.map(({ key }) => String(key)));
    expect(text).not.toMatch(/owner|7\.7\.7/);
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
