/** Runs the work, and resolves when it has ended, well or badly, or after so long, whichever is first. */
export async function within(ms: number, work: () => Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([late, work().catch(() => {})]);
  clearTimeout(timer);
}
