import type { z } from 'zod';
import { errorStatus } from '#domain/errors.ts';
import { jsonSchema } from './json-schema.ts';

/** The id of a command, as an example. */
export const exampleId = '0195500f-6b00-7000-8000-000000000001';

/** A secret as `newSecret` makes it, as an example. */
export const exampleSecret = '0'.repeat(64);

/** A part of a path, by its name. */
export function parameter(name: string): Record<string, unknown> {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}

/** An answer of JSON. */
export function json(description: string, schema: z.ZodType): Record<string, unknown> {
  return { description, content: { 'application/json': { schema: jsonSchema(schema, 'output') } } };
}

/** A request's body of JSON, with an example. */
export function body(schema: z.ZodType, example: unknown): Record<string, unknown> {
  return {
    required: true,
    content: { 'application/json': { schema: jsonSchema(schema, 'input'), example } },
  };
}

/** The refusals that a route knows, by their status. */
export function problems(...codes: (keyof typeof errorStatus)[]): Record<string, unknown> {
  const byStatus = new Map<number, string[]>();
  for (const code of codes)
    byStatus.set(errorStatus[code], [...(byStatus.get(errorStatus[code]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: names.join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  );
}
