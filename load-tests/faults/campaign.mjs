import { resolve } from 'node:path';
import { buildServer } from '../../scripts/build.mjs';
import { endChildren } from './child-process.mjs';
import { faultKinds } from './fault-kinds.mjs';
import { describe } from './fault-plan.mjs';
import { keepSeed, keptSeeds } from './kept-seeds.mjs';
import { createSummary, deliveriesOf, reportFailure } from './report.mjs';
import { runOnce } from './run.mjs';
import { unnoticed } from './sabotage.mjs';
import { createTier, takesRedis } from './tier.mjs';

/** Far beyond what a run takes; one that hangs must not hang the campaign. */
const runWithinMs = 180_000;

/**
 * Runs after each other, on one tier for as long as it can be mended.
 * @param {ReturnType<typeof import('./options.mjs').readOptions>} options
 * @returns {Promise<boolean>} whether all was well
 */
export async function runCampaign(options) {
  const main = options.server === undefined ? await buildServer() : resolve(options.server);
  const withRedis = options.redis === 'auto' ? takesRedis(main) : options.redis === 'on';
  const drawable = Object.keys(faultKinds).filter((kind) => withRedis || !faultKinds[kind].needsRedis);
  const kinds = options.only ?? drawable;
  const fresh = Array.from({ length: options.runs }, (_, n) => ({
    seed: options.seed + n,
    kinds,
    seconds: options.seconds,
  }));
  const kept = options.kept ? keptSeeds() : [];
  const summary = createSummary();
  const open = () => createTier({ main, withRedis });
  console.log(
    `${kept.length + fresh.length} runs from seed ${options.seed}, ${withRedis ? 'with' : 'without'} Redis`,
  );

  let tier = await open();
  try {
    for (const run of [...kept, ...fresh]) {
      const failure = await once(run);
      if (failure === undefined) continue;
      if (options.keep) keepSeed({ ...run, kinds: [...run.kinds], found: failure });
      // What a failed run has left may be what the next would fail of.
      await tier.close({ keepFolder: false });
      endChildren();
      tier = await open();
    }
  } finally {
    await tier.close({ keepFolder: false });
    endChildren();
  }
  return summary.print();

  /** Gives what was wrong, if anything was. */
  async function once(run) {
    const began = Date.now();
    /** @type {import('./fault-plan.mjs').Planned[]} */
    let plan = [];
    let stage = '';
    try {
      const result = await inTime(
        runOnce(tier, {
          ...run,
          clients: options.clients,
          pace: options.pace,
          onStage(reached) {
            stage = reached;
          },
          onPlan(drawn) {
            plan = drawn;
            console.log(`seed ${run.seed}: ${drawn.map(describe).join('; ') || 'no faults'}`);
          },
        }),
      );
      const ms = Date.now() - began;
      if (options.selfCheck && result.violations.length === 0) {
        const { tried, missed } = unnoticed(result.evidence);
        for (const name of missed) result.violations.push({ rule: 'self-check', text: `unnoticed: ${name}` });
        console.log(`  self-check: ${tried - missed.length} of ${tried} noticed`);
      }
      summary.add({ ...result, ms });
      const { violations, evidence, caughtUpMs, strayed } = result;
      if (violations.length > 0) reportFailure(run.seed, result);
      else
        console.log(
          `  passed in ${(ms / 1000).toFixed(1)} s: ${deliveriesOf(evidence)} deliveries, caught up in ${caughtUpMs} ms; ${strayed}`,
        );
      return violations.length === 0 ? undefined : violations[0]?.text.slice(0, 200);
    } catch (error) {
      summary.addBroken();
      const why = `${error instanceof Error ? error.message : error}, while ${stage}`;
      console.log(`seed ${run.seed} FAILED: ${why}${error instanceof Error ? `\n${error.stack}` : ''}`);
      console.log(`  faults: ${plan.map(describe).join('; ') || 'none'}`);
      return why.slice(0, 200);
    }
  }
}

async function inTime(run) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the run did not end in ${runWithinMs / 1000} s`)),
      runWithinMs,
    );
  });
  return Promise.race([run, late]).finally(() => clearTimeout(timer));
}
