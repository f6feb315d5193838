import type { z } from 'zod';
import { type Refusal, refuse, refuseInvalid } from '#domain/errors.ts';

export type ReadJson<T> =
  | { readonly ok: true; readonly data: T }
  | { readonly ok: false; readonly error: Refusal };

/**
 * The body of a request as the schema has it, or an `invalid` refusal: another content type, no JSON, or another
 * shape, each wrong place by its path. A page of another site cannot send `application/json` without asking first,
 * so no other type is taken for it.
 */
export async function readJson<S extends z.ZodType>(
  request: Request,
  schema: S,
): Promise<ReadJson<z.output<S>>> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type)) {
    return {
      ok: false,
      error: refuse('invalid', 'the body must be JSON: send content-type application/json'),
    };
  }
  const json = parsed(await request.arrayBuffer());
  if (json === undefined) return { ok: false, error: refuse('invalid', 'the body is not valid JSON') };
  const result = schema.safeParse(json.value);
  if (!result.success)
    return { ok: false, error: refuseInvalid(result.error, 'the body does not have the right shape') };
  return { ok: true, data: result.data };
}

function parsed(bytes: ArrayBuffer): { value: unknown } | undefined {
  try {
    // Not `request.json()`: it puts a mark in the place of broken UTF-8, and broken text must not become data.
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
}
