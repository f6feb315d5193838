import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currencies, currencySchema, exponentOf, majorText, minorUnits, mostAmount } from './money.ts';

describe('money as people write it', () => {
  test.each([
    ['12.50', 'USD', 1250],
    ['12,5', 'USD', 1250],
    ['12', 'USD', 1200],
    ['350000', 'VND', 350_000],
    ['1.234', 'KWD', 1234],
    [' 7 ', 'EUR', 700],
    ['1.000', 'VND', undefined],
    ['1,000', 'USD', undefined],
    ['1.000,00', 'EUR', undefined],
    ['-5', 'USD', undefined],
    ['5.', 'USD', undefined],
    ['', 'USD', undefined],
    ['1e3', 'USD', undefined],
    ['9999999999999', 'USD', undefined],
  ])('%s %s is %s', (written, currency, units) => {
    expect(minorUnits(written, currency)).toBe(units);
  });

  test('is the same again when it is written out', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: mostAmount }),
        fc.constantFrom(...currencies),
        (amount, currency) => {
          expect(minorUnits(majorText(amount, currency), currency)).toBe(amount);
        },
      ),
    );
  });

  test.each([
    ['USD', 2],
    ['VND', 0],
    ['JPY', 0],
    ['KWD', 3],
    ['IQD', 3],
    ['CLF', 4],
  ])('%s has %i decimals', (currency, exponent) => {
    expect(exponentOf(currency)).toBe(exponent);
  });

  test('only currencies of ISO 4217 are taken', () => {
    expect(new Set(currencies).size).toBe(currencies.length);
    for (const code of currencies) expect(currencySchema.safeParse(code).success).toBe(true);
    for (const code of ['usd', 'XYZ', 'BTC', '', 'USDT'])
      expect(currencySchema.safeParse(code).success).toBe(false);
  });
});
