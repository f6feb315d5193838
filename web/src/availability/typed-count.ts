import { bedCountSchema } from '#domain/network/schema.ts';

/** The number of beds that somebody wrote, if it is one. */
export function countIn(text: string): number | undefined {
  return /^\d{1,5}$/.test(text.trim()) ? bedCountSchema.safeParse(Number(text.trim())).data : undefined;
}
