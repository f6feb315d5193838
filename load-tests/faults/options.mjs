import { parseArgs } from 'node:util';
import { faultKinds } from './fault-kinds.mjs';

export const usage = `node load-tests/faults/main.mjs [--runs 10] [--seed S] [--only kind,…] [--seconds 12]
  --runs N       how many runs, each with the next seed
  --seed S       the first run's seed; without it, one drawn now
  --only kinds   only these faults, or none; else all: ${Object.keys(faultKinds).join(', ')}
  --seconds N    how long faults happen in a run; catching up and checking come on top
  --clients N    how many clients follow (24)
  --pace MS      how long each writer rests between two commands, on average (40)
  --kept         first the seeds that have failed before
  --no-keep      do not keep a seed that fails
  --redis W      on, off, or auto: on where the server takes REDIS_URL
  --server FILE  the built server to run; without it, this one, built where it is out of date
  --self-check   spoil the evidence of each good run in every way there is: the checks must find it`;

/** What the campaign is asked to do. Ends the process where that makes no sense. */
export function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        runs: { type: 'string', default: '10' },
        seed: { type: 'string', default: `${Math.floor(Math.random() * 1_000_000)}` },
        only: { type: 'string' },
        seconds: { type: 'string', default: '12' },
        clients: { type: 'string', default: '24' },
        pace: { type: 'string', default: '40' },
        redis: { type: 'string', default: 'auto' },
        server: { type: 'string' },
        kept: { type: 'boolean', default: false },
        'no-keep': { type: 'boolean', default: false },
        'self-check': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) throw new Error('How to run it:');
    const only = values.only === 'none' ? [] : values.only?.split(',');
    for (const kind of only ?? []) if (!(kind in faultKinds)) throw new Error(`There is no fault ${kind}.`);
    return {
      runs: wholeNumber('runs', values.runs, 0),
      seed: wholeNumber('seed', values.seed, 0),
      seconds: wholeNumber('seconds', values.seconds, 4),
      clients: wholeNumber('clients', values.clients, 2),
      pace: wholeNumber('pace', values.pace, 0),
      only,
      redis: values.redis,
      server: values.server,
      kept: values.kept,
      keep: !values['no-keep'],
      selfCheck: values['self-check'],
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    process.exit(2);
  }
}

function wholeNumber(name, text, least) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least)
    throw new Error(`--${name} is a whole number from ${least}.`);
  return number;
}
