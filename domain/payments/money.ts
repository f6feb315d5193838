import { z } from 'zod';

/** ISO 4217, list one: the currencies whose minor unit is not a hundredth, by how many decimals it has. */
const unusualExponents: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  CLF: 4,
  UYW: 4,
};

const hundredths =
  'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP ' +
  'CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES ' +
  'KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK ' +
  'NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB ' +
  'TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW';

/** The currencies of ISO 4217 that people pay in, in the order of the alphabet. */
export const currencies: readonly string[] = [
  ...hundredths.split(' '),
  ...Object.keys(unusualExponents),
].sort();
const known = new Set(currencies);

export const currencySchema = z
  .string()
  .length(3)
  .refine((code) => known.has(code), 'is no currency of ISO 4217');

/** The most that one payment may be, in minor units: more is a slip of the hand. */
export const mostAmount = 10_000_000_000;
/** Money in minor units of its currency: cents, and for the yen and the đồng the unit itself. */
export const amountSchema = z.int().min(1).max(mostAmount);

/** How many decimals the minor unit of a currency has. What Intl says of it is custom, and differs for a few. */
export function exponentOf(currency: string): number {
  return unusualExponents[currency] ?? 2;
}

/**
 * What somebody wrote as an amount, in minor units; nothing where it is none. A comma is taken for a point, and no sign
 * for a thousand is taken at all: in half of the world it is the other's point.
 */
export function minorUnits(written: string, currency: string): number | undefined {
  const match = /^(\d{1,12})(?:[.,](\d+))?$/.exec(written.trim());
  const exponent = exponentOf(currency);
  const decimals = match?.[2] ?? '';
  if (match === null || decimals.length > exponent) return undefined;
  const units = Number(`${match[1]}${decimals.padEnd(exponent, '0')}`);
  return Number.isSafeInteger(units) ? units : undefined;
}

/** An amount of minor units as the digits a person would write, with a point. */
export function majorText(amount: number, currency: string): string {
  const exponent = exponentOf(currency);
  if (exponent === 0) return String(amount);
  const digits = String(amount).padStart(exponent + 1, '0');
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}
