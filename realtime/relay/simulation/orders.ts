import type { Scheduler } from 'fast-check';
import type { Order, Step } from './steps.ts';

/** The order that fast-check's scheduler picks, shrinks and replays. */
export function orderOf(scheduler: Scheduler): Order {
  return {
    offer(step, go) {
      scheduler.schedule(Promise.resolve(), step.label).then(go);
    },
    async pick() {
      if (scheduler.count() === 0) return false;
      await scheduler.waitNext(1);
      return true;
    },
  };
}

/** An order that asks for each step which of those that wait goes on. */
export function orderBy(choose: (steps: readonly Step[]) => number): Order {
  let waiting: { step: Step; go: () => void }[] = [];
  return {
    offer(step, go) {
      waiting.push({ step, go });
    },
    async pick() {
      // Without time no sleeper wakes: it is left to what follows.
      const ready = waiting.filter(({ step }) => step.at === undefined);
      if (ready.length === 0) return false;
      const picked = ready[choose(ready.map(({ step }) => step))];
      if (picked === undefined) throw new Error('there is no such step');
      waiting = waiting.filter((other) => other !== picked);
      picked.go();
      return true;
    },
  };
}

/**
 * Runs something under every order there is: depth first, each time from the beginning. Gives how many there were,
 * and whether these are all.
 */
export async function exploreAll(
  run: (order: Order) => Promise<void>,
  most: number,
): Promise<{ orders: number; complete: boolean }> {
  let path: number[] = [];
  for (let orders = 1; ; orders += 1) {
    const widths: number[] = [];
    const taken: number[] = [];
    await run(
      orderBy((steps) => {
        const choice = path[taken.length] ?? 0;
        widths.push(steps.length);
        taken.push(choice);
        return choice;
      }),
    );
    let turn = taken.length - 1;
    while (turn >= 0 && (taken[turn] ?? 0) + 1 >= (widths[turn] ?? 0)) turn -= 1;
    if (turn < 0) return { orders, complete: true };
    if (orders >= most) return { orders, complete: false };
    path = [...taken.slice(0, turn), (taken[turn] ?? 0) + 1];
  }
}

/** The order in which steps whose labels begin so go on, one after the other; the rest waits. */
export function orderThrough(labels: readonly string[]): Order {
  const left = [...labels];
  const waiting = new Map<Step, () => void>();
  return {
    offer(step, go) {
      waiting.set(step, go);
    },
    async pick() {
      const wanted = left.shift();
      if (wanted === undefined) return false;
      const step = [...waiting.keys()].find(({ label }) => label.startsWith(wanted));
      if (step === undefined) {
        const there = [...waiting.keys()].map(({ label }) => label).join('; ');
        throw new Error(`nothing waits at “${wanted}”; there are: ${there}`);
      }
      const go = waiting.get(step);
      waiting.delete(step);
      go?.();
      return true;
    },
  };
}
