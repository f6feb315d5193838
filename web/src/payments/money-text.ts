import { useMemo } from 'react';
import { exponentOf, majorText } from '#domain/payments/money.ts';
import { useLanguage } from '../language/language.tsx';
import type { Language } from '../language/languages.ts';

/** An amount of minor units with its currency, as a person of a language reads it. */
export type MoneyText = (amount: number, currency: string) => string;

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', vi: 'vi-VN' };

/**
 * Money in a language. The currency stands by its code, because a sign can be several countries’; its decimals are those of
 * ISO 4217, which what the browser knows differs from for a few.
 */
export function createMoneyText(language: Language): MoneyText {
  const formats = new Map<string, Intl.NumberFormat>();
  return (amount, currency) => {
    const digits = exponentOf(currency);
    const format =
      formats.get(currency) ??
      new Intl.NumberFormat(locales[language], {
        style: 'currency',
        currency,
        currencyDisplay: 'code',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      });
    formats.set(currency, format);
    // A hyphen is no minus: between digits it is easily overlooked.
    return format.format(Math.sign(amount) * Number(majorText(Math.abs(amount), currency))).replace('-', '−');
  };
}

/** Money in the person's language. */
export function useMoneyText(): MoneyText {
  const { language } = useLanguage();
  return useMemo(() => createMoneyText(language), [language]);
}
