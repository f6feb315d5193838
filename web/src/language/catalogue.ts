import type { words as appointments } from '../appointments/words.en.ts';
import type { words as feeds } from '../feeds/words.en.ts';
import type { words as join } from '../join/words.en.ts';
import type { words as payments } from '../payments/words.en.ts';
import type { words as people } from '../people/words.en.ts';
import type { en } from './en.ts';

/** The texts of pages that are fetched with them; types alone, which bring nothing into the start. */
type PageTexts = typeof appointments & typeof feeds & typeof join & typeof payments & typeof people;
type English = typeof en & PageTexts;
type EnglishKey = keyof English;
type Plural = 'one' | 'other';

/** The key of a text, without the ending by which a language tells one from many. */
export type MessageKey = EnglishKey extends infer Key
  ? Key extends `${infer Base}_${Plural}`
    ? Base
    : Key
  : never;

/** What another language has of some English texts: every key, each with the plural forms it needs besides `_other`. */
export type TranslationOf<Texts> = Readonly<Record<Exclude<keyof Texts & string, `${string}_one`>, string>>;
export type Catalogue = TranslationOf<typeof en>;

type TextOf<Key extends MessageKey> = English[Extract<EnglishKey, Key | `${Key}_${Plural}`>];
type PlaceholderOf<Text> = Text extends `${string}{{${infer Name}}}${infer Rest}`
  ? Name | PlaceholderOf<Rest>
  : never;

/** What a text needs filled in; `count` is a number, because the plural depends on it. */
export type ValuesOf<Key extends MessageKey> = {
  readonly [Name in PlaceholderOf<TextOf<Key>>]: Name extends 'count' ? number : string | number;
};

/** Gives the text of a key in the person's language. */
export type Translate = <Key extends MessageKey>(
  key: Key,
  ...values: [PlaceholderOf<TextOf<Key>>] extends [never] ? [] : [ValuesOf<Key>]
) => string;
