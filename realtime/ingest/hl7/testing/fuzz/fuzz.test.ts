import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { readCorpus } from './corpus.ts';

/** Seeds that have failed are kept for ever. */
const seeds = [1, 20261121, 211029631, Math.floor(Math.random() * 2 ** 31)];

test.each(seeds)(
  'INV-8.1 INV-8.4 7,000 broken messages: no crash, an answer that fits, no wrong acceptance (seed %i)',
  async (seed) => {
    const report = await runCampaign({ seed, messages: 7_000, corpus: await readCorpus() });
    expect(report.problems).toEqual([]);
    expect(report.messages).toBe(7_000);
    expect(Math.min(report.accepted, report.refused)).toBeGreaterThan(1_000);
  },
  60_000,
);
