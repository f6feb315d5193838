/** The languages that the interface speaks. */
export const languages = ['en', 'vi'] as const;
export type Language = (typeof languages)[number];
