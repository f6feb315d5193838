/** What another language has of some English texts: every key, each with the plural forms it needs besides `_other`. */
export type TranslationOf<Texts> = Readonly<Record<Exclude<keyof Texts & string, `${string}_one`>, string>>;
