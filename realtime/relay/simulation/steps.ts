/*
 *   wild: an order from outside picks among all that waits, sleepers included
 *     │ calm()
 *     ▼
 *   calm: whatever waits goes on first come, first served; when nothing does, time passes to the next sleeper
 */
/** A place at which one actor of the simulation waits until it is let on. */
export interface Step {
  readonly label: string;
  /** The node whose process it is; a stopped node's steps wait until it goes on. */
  readonly owner: string | undefined;
  /** A sleeper's: the simulated time at which it wakes by itself. */
  readonly at: number | undefined;
}

/** Picks the next step while the simulation is wild. */
export interface Order {
  /** A step waits; `go` lets it on. */
  offer(step: Step, go: () => void): void;
  /** Lets one waiting step on. False where none waits. */
  pick(): Promise<boolean>;
}

/** The only way in which anything in a simulation waits: every interleaving is a sequence of these steps. */
export interface Steps {
  now(): number;
  park(owner: string | undefined, label: string): Promise<void>;
  sleep(owner: string | undefined, label: string, ms: number, woken?: Promise<void>): Promise<void>;
  /** A process that is stopped takes no step (SIGSTOP), until it goes on. */
  stop(owner: string): void;
  goOn(owner: string): void;
  /** Lets the order pick, until it has no step, the most is reached or it is said to be enough. */
  runWild(most: number, enough: () => boolean): Promise<void>;
  /** Goes on in fair order until something holds; false where simulated time ran out before. */
  runCalm(until: () => boolean, withinMs: number): Promise<boolean>;
  /** What was let on so far, in order. */
  trace(): readonly string[];
}

interface Waiting extends Step {
  readonly go: () => void;
}

export interface StepsOptions {
  readonly order: Order;
  /** Tells timers of product code that simulated time has passed. */
  readonly onPassed: (ms: number) => void;
  /** Whether to wait at a step at all; those that do not count are passed at once. */
  readonly counts?: (label: string) => boolean;
}

const mostCalmSteps = 20_000;

export function createSteps({ order, onPassed, counts = () => true }: StepsOptions): Steps {
  const waiting = new Set<Waiting>();
  const stopped = new Set<string>();
  const held: Waiting[] = [];
  const trace: string[] = [];
  let now = 0;
  let wild = true;

  function pass(to: number): void {
    if (to <= now) return;
    const ms = to - now;
    now = to;
    onPassed(ms);
  }

  function letOn(step: Waiting): void {
    if (!waiting.delete(step)) return;
    if (step.owner !== undefined && stopped.has(step.owner)) {
      held.push(step);
      return;
    }
    trace.push(step.label);
    if (step.at !== undefined) pass(step.at);
    step.go();
  }

  function wait(step: Waiting): void {
    waiting.add(step);
    if (wild) order.offer(step, () => letOn(step));
  }

  return {
    now: () => now,
    park(owner, label) {
      if (!counts(label)) return Promise.resolve();
      return new Promise((go) => wait({ owner, label, at: undefined, go }));
    },
    sleep(owner, label, ms, woken) {
      return new Promise((go) => {
        const step: Waiting = { owner, label, at: now + ms, go };
        wait(step);
        woken?.then(() => {
          if (!waiting.delete(step)) return;
          const late = `${label}, woken`;
          if (counts(late)) wait({ owner, label: late, at: undefined, go });
          else go();
        });
      });
    },
    stop: (owner) => {
      stopped.add(owner);
    },
    goOn(owner) {
      stopped.delete(owner);
      for (const step of held.splice(0)) {
        if (step.owner === owner) wait(step);
        else held.push(step);
      }
    },
    async runWild(most, enough) {
      await settled();
      while (trace.length < most && !enough() && (await order.pick())) await settled();
    },
    async runCalm(until, withinMs) {
      wild = false;
      const end = now + withinMs;
      await settled();
      for (let taken = 0; !until(); taken += 1) {
        if (taken > mostCalmSteps) throw new Error('so many steps, and no time passes');
        const next = nextInTurn(waiting);
        if (next === undefined || (next.at ?? now) > end) return false;
        letOn(next);
        await settled();
      }
      return true;
    },
    trace: () => trace,
  };
}

function nextInTurn(waiting: ReadonlySet<Waiting>): Waiting | undefined {
  let soonest: Waiting | undefined;
  for (const step of waiting) {
    if (step.at === undefined) return step;
    if (soonest?.at === undefined || step.at < soonest.at) soonest = step;
  }
  return soonest;
}

/** Lets all that follows from the last step happen, up to where each of it waits for a step again. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
