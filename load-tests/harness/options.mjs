import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { scenarios } from '../scenarios/scenarios.mjs';

const common = {
  out: { type: 'string', default: 'load-tests/report' },
  nodes: { type: 'string', default: '1' },
  redis: { type: 'string', default: 'on' },
  engine: { type: 'string', default: 'auto' },
  url: { type: 'string', multiple: true },
  'database-url': { type: 'string' },
  profile: { type: 'string' },
  help: { type: 'boolean', default: false },
};

const usage = () => `npm run load -- <scenario|all> [options]
  --out FOLDER   where report.json and report.html go (load-tests/report)
  --nodes N      nodes of the installation that is started (1)
  --redis W      on, or off for one node that fans out by itself (on)
  --engine E     auto, uws or node (auto)
  --profile FOLDER   writes a CPU profile of each node there, in a folder for each scenario
  --url URL      an installation that runs already, once for each node on this machine; with it
  --database-url URL   its database, as its owner, for commit times and people to come
Scenarios, and the sizes that may be set (several are separated by commas):
${scenarios
  .map(({ name, sizes, apart }) => {
    const given = Object.entries(sizes).map(([size, value]) => `--${dashed(size)} ${value}`);
    return `  ${name.padEnd(13)}${apart ? '(not in all) ' : ''}${given.join(' ')}`;
  })
  .join('\n')}`;

/**
 * What the command line asks for. Ends the process where that makes no sense.
 * @param {readonly string[]} args
 */
export function readOptions(args) {
  try {
    const sizeNames = new Set(scenarios.flatMap(({ sizes }) => Object.keys(sizes)));
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...common,
        ...Object.fromEntries([...sizeNames].map((name) => [dashed(name), { type: 'string' }])),
      },
    });
    if (values.help || positionals.length === 0) throw new Error('How to run it:');
    const chosen = positionals.flatMap((name) => {
      if (name === 'all') return scenarios.filter(({ apart }) => !apart);
      const found = scenarios.find((scenario) => scenario.name === name);
      if (found === undefined) throw new Error(`There is no scenario ${name}.`);
      return [found];
    });
    const urls = values.url ?? [];
    if (urls.length > 0 !== (values['database-url'] !== undefined))
      throw new Error('--url and --database-url go together.');
    const own = chosen.find(({ needsOwn }) => needsOwn);
    if (urls.length > 0 && own) throw new Error(`${own.name} starts and ends nodes: it needs its own.`);
    return {
      out: resolve(values.out),
      nodes: numbers('nodes', values.nodes)[0],
      withRedis: values.redis !== 'off' || Number(values.nodes) > 1,
      engine: values.engine,
      profile: values.profile === undefined ? undefined : resolve(values.profile),
      running: urls.length === 0 ? undefined : { urls, databaseUrl: values['database-url'] },
      chosen: chosen.map((scenario) => ({ scenario, sizes: sizesOf(scenario, values) })),
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage()}`);
    process.exit(2);
  }
}

function sizesOf({ sizes }, values) {
  return Object.fromEntries(
    Object.entries(sizes).map(([name, usual]) => {
      const given = values[dashed(name)];
      if (given === undefined) return [name, usual];
      const read = numbers(name, given);
      if (!Array.isArray(usual) && read.length > 1) throw new Error(`--${dashed(name)} is one number.`);
      return [name, Array.isArray(usual) ? read : read[0]];
    }),
  );
}

function numbers(name, text) {
  const read = text.split(',').map(Number);
  if (read.some((number) => !Number.isFinite(number) || number < 0))
    throw new Error(`--${dashed(name)} is a number from 0.`);
  return read;
}

function dashed(name) {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
