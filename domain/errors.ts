import { z } from 'zod';

/** The closed list of error codes of the contract, each with the HTTP status that says the same. */
export const errorStatus = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  step_up: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  rate_limited: 429,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof errorStatus;

export const errorCodes = Object.keys(errorStatus) as [ErrorCode, ...ErrorCode[]];

/** What is wrong at one place of an input. `path` is dotted: `data.bed`, `expect`. Never holds the value itself. */
export const issueSchema = z.object({ path: z.string(), message: z.string() });
export type Issue = z.infer<typeof issueSchema>;

/** A failure that was expected, as data: safe to show, safe to log. */
export const refusalSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  issues: z.array(issueSchema).optional(),
  /** What would help whoever asked to ask better, such as the nearest free times. Never what identifies a patient. */
  details: z.record(z.string(), z.unknown()).optional(),
});
export type Refusal = z.infer<typeof refusalSchema>;

/** Gives a refusal; issues and details are left out when there are none. */
export function refuse(
  code: ErrorCode,
  message: string,
  issues: readonly Issue[] = [],
  details?: Readonly<Record<string, unknown>>,
): Refusal {
  return {
    code,
    message,
    ...(issues.length === 0 ? {} : { issues: [...issues] }),
    ...(details === undefined ? {} : { details }),
  };
}

/** The answer where something went wrong in us: nothing is known of it that would help whoever asked. */
export const tryAgain: Refusal = refuse('unavailable', 'it could not be done now; try again');

/**
 * Turns a zod error into an `invalid` refusal. Messages come from the schema and never quote the input,
 * because the input may hold what identifies a patient.
 */
export function refuseInvalid(error: z.ZodError, message: string, at?: string): Refusal {
  const prefix = at === undefined ? [] : [at];
  const issues = error.issues.slice(0, 20).map((issue) => ({
    path: [...prefix, ...issue.path].map(String).join('.'),
    message: withoutInput(issue),
  }));
  return refuse('invalid', message, issues);
}

function withoutInput(issue: z.core.$ZodIssue): string {
  // Zod names the offending keys; a key may be what somebody pasted.
  return issue.code === 'unrecognized_keys' ? 'has a field that is not known' : issue.message;
}
