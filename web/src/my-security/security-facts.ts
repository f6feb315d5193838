import { useCallback, useEffect, useState } from 'react';
import { z } from 'zod';
import type { Refusal } from '#domain/errors.ts';
import { useLive } from '../live/provider.tsx';

const factorSchema = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.string(),
  usedAt: z.string().nullable(),
});
export type Factor = z.infer<typeof factorSchema>;

/** What somebody can prove themselves by, as the server has it. */
export const factorsSchema = z.object({
  totp: z.array(factorSchema),
  passkeys: z.array(factorSchema),
  backupCodes: z.number(),
  passkeysPossible: z.boolean(),
});
export type Factors = z.infer<typeof factorsSchema>;

/** The sessions of somebody. */
export const sessionsSchema = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      beganAt: z.string(),
      seenAt: z.string(),
      strength: z.enum(['password', 'two-factor', 'passkey', 'external']),
      client: z.object({ address: z.string(), userAgent: z.string().optional() }).nullable(),
      current: z.boolean().default(false),
    }),
  ),
});
export type Session = z.infer<typeof sessionsSchema>['sessions'][number];

/** Something of the server that is read at once and again whenever `again` is called. */
export function useRead<Value>(path: string, schema: z.ZodType<Value>) {
  const live = useLive();
  const [read, setRead] = useState<{ value?: Value; refusal?: Refusal }>({});
  const again = useCallback(async () => {
    const answer = await live.ask('GET', path);
    // What was read before stays on the screen while the server cannot be reached.
    setRead((before) =>
      answer.ok ? { value: schema.parse(answer.result) } : { ...before, refusal: answer.error },
    );
  }, [live, path, schema]);
  useEffect(() => void again(), [again]);
  return { ...read, again };
}

/** What a program calls itself, as people call it. */
export function browserName(userAgent: string | undefined): string | undefined {
  if (userAgent === undefined) return undefined;
  const browser = [
    ['Edg/', 'Edge'],
    ['Firefox/', 'Firefox'],
    ['Chrome/', 'Chrome'],
    ['Safari/', 'Safari'],
  ].find(([mark = '']) => userAgent.includes(mark))?.[1];
  const system = [
    ['iPhone', 'iPhone'],
    ['iPad', 'iPad'],
    ['Android', 'Android'],
    ['Windows', 'Windows'],
    ['Mac OS X', 'macOS'],
    ['CrOS', 'ChromeOS'],
    ['Linux', 'Linux'],
  ].find(([mark = '']) => userAgent.includes(mark))?.[1];
  if (browser === undefined) return userAgent.split(/[\s/]/)[0];
  return system === undefined ? browser : `${browser}, ${system}`;
}
