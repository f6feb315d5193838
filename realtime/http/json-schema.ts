import { z } from 'zod';

/** The JSON Schema (2020-12) of what a client sends (`input`) or gets (`output`), as OpenAPI 3.1 and AsyncAPI 3 take it. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    reused: 'inline',
  });
  return rest;
}
