import type { en } from './en.ts';
import type { pageWords } from './page-words.ts';
import type { TranslationOf } from './translation.ts';

/** What holds of all members of a union at once. */
type AllOf<Union> = (Union extends unknown ? (member: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;
/** The texts of pages that are fetched with them; types alone, which bring nothing into the start. */
type PageTexts = AllOf<Awaited<ReturnType<(typeof pageWords)[keyof typeof pageWords]['en']>>['words']>;
type English = typeof en & PageTexts;
type EnglishKey = keyof English;
type Plural = 'one' | 'other';

/** The key of a text, without the ending by which a language tells one from many. */
export type MessageKey = EnglishKey extends infer Key
  ? Key extends `${infer Base}_${Plural}`
    ? Base
    : Key
  : never;

/** What every language has of the texts that an application starts with. */
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
