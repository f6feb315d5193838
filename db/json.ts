import type postgres from 'postgres';
import { z } from 'zod';

const jsonSchema: z.ZodType<postgres.JSONValue> = z.json();

/** The value as JSON, fields that are undefined left out. Raises a ZodError for what JSON cannot say. */
export function toJson(value: unknown): postgres.JSONValue {
  const text: string | undefined = JSON.stringify(value);
  return jsonSchema.parse(text === undefined ? null : JSON.parse(text));
}
