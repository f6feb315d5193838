import { z } from 'zod';
import { errorCodes } from '#domain/errors.ts';

const problemSchema = z.object({
  code: z.enum(errorCodes),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
type Problem = z.infer<typeof problemSchema>;

/** What a door before sign-in answered. */
export type DoorAnswer<Body> =
  | { readonly ok: true; readonly body: Body }
  | { readonly ok: false; readonly problem: Problem };

const failed = { ok: false, problem: { code: 'unavailable' } } as const;

/** Asks at one of the doors before sign-in. Without a session and without its cookie. */
export async function askDoor<S extends z.ZodType>(
  path: string,
  body: Readonly<Record<string, unknown>>,
  schema: S,
): Promise<DoorAnswer<z.output<S>>> {
  try {
    const response = await fetch(`/api/v1${path}`, {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const json: unknown = await response.json();
    if (response.ok) {
      const parsed = schema.safeParse(json);
      return parsed.success ? { ok: true, body: parsed.data } : failed;
    }
    const problem = problemSchema.safeParse(json);
    return problem.success ? { ok: false, problem: problem.data } : failed;
  } catch {
    return failed;
  }
}

/** The secret of the link that opened the page: it stands behind the #, which no server is sent. */
export function secretOfLink(): string {
  return window.location.hash.slice(1);
}

/** What is wrong with the whole, as a person reads it. */
export function wholeFault({ code }: Problem) {
  switch (code) {
    case 'rate_limited':
      return 'join.limited';
    case 'invalid':
      return 'join.invalid';
    case 'conflict':
      return 'join.taken';
    default:
      return 'join.failed';
  }
}
