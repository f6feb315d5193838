/** Resolves with the first answer that is not `undefined` or `false`, asked again and again. Rejects when time is up. */
export async function until<Result>(
  what: string,
  ask: () => Result | undefined | false | Promise<Result | undefined | false>,
  withinMs = 15_000,
): Promise<Result> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`in ${withinMs} ms it did not come true that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
