import type { en } from './en.ts';

type English = typeof en;
type EnglishKey = keyof English;
type Plural = 'one' | 'other';

/** The key of a text, without the ending by which a language tells one from many. */
export type MessageKey = EnglishKey extends infer Key
  ? Key extends `${infer Base}_${Plural}`
    ? Base
    : Key
  : never;

/** The keys that every language has; each adds the plural forms it needs besides `_other`. */
export type CatalogueKey = Exclude<EnglishKey, `${string}_one`>;
export type Catalogue = Readonly<Record<CatalogueKey, string>>;

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
