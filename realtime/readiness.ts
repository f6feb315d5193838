/** One thing that must work for the path to work. */
export interface Check {
  readonly name: string;
  /** Nothing where it works, else what is wrong: safe to show. */
  readonly fault: () => string | undefined;
}

/** What is wrong now, by name; empty where the node is ready. */
export function faultsOf(checks: readonly Check[]): Record<string, string> {
  return Object.fromEntries(
    checks.flatMap(({ name, fault }) => {
      const wrong = fault();
      return wrong === undefined ? [] : [[name, wrong]];
    }),
  );
}

/** A check that something has succeeded within so many milliseconds. */
export function seenWithin(
  name: string,
  ms: number,
  at: () => number,
  clock: () => number = Date.now,
): Check {
  return {
    name,
    fault: () => {
      const age = clock() - at();
      return age <= ms
        ? undefined
        : at() === 0
          ? 'has not worked yet'
          : `has not worked for ${Math.round(age / 100) / 10} s`;
    },
  };
}
