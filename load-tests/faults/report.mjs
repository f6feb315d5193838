import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from './fault-plan.mjs';

/** How many frames the clients applied. */
export function deliveriesOf({ clients }) {
  let count = 0;
  for (const { topics } of clients)
    for (const { entries } of topics) for (const { k } of entries) if (k === 'frame') count += 1;
  return count;
}

/**
 * Prints what is wrong with a run, with the offending client's history around it, and writes all of it to a folder.
 * @param {number} seed
 * @param {{ plan: import('./fault-plan.mjs').Planned[], evidence: import('./evidence.mjs').Evidence,
 *   violations: import('./check.mjs').Violation[], logs: Record<string, string> }} result
 */
export function reportFailure(seed, { plan, evidence, violations, logs }) {
  const folder = mkdtempSync(join(tmpdir(), `carewall-faults-failed-${seed}-`));
  const history = { seed, plan, violations, evidence };
  writeFileSync(join(folder, 'history.json'), JSON.stringify(history));
  for (const [name, text] of Object.entries(logs)) writeFileSync(join(folder, name), text);

  const began = evidence.clients[0]?.topics[0]?.entries[0]?.t ?? 0;
  console.log(`seed ${seed} FAILED: ${violations.length} violations of ${rulesOf(violations)}`);
  console.log(`  faults: ${plan.map(describe).join('; ') || 'none'}`);
  for (const violation of violations.slice(0, 5)) {
    const { rule, text, client, topic, entry } = violation;
    const where = [client && `client ${client}`, topic].filter((part) => part !== undefined).join(', ');
    console.log(`  ${rule}: ${where === '' ? '' : `${where}: `}${text.slice(0, 1_000)}`);
    const followed = evidence.clients.find(({ id }) => id === client)?.topics.find((t) => t.topic === topic);
    if (followed !== undefined) printAround(followed.entries, entry ?? followed.entries.length - 1, began);
  }
  if (violations.length > 5) console.log(`  … and ${violations.length - 5} more`);
  console.log(`  everything is in ${folder}`);
}

function printAround(entries, at, began) {
  const from = Math.max(0, at - 6);
  for (const [offset, { t, k, seq, type, via, node, c }] of entries.slice(from, at + 4).entries()) {
    const pointer = from + offset === at ? '>' : ' ';
    const when = ((t - began) / 1000).toFixed(3);
    console.log(`   ${pointer} ${when}s ${k} ${seq} ${type ?? ''} (${via}, node ${node}, connection ${c})`);
  }
}

function rulesOf(violations) {
  const counts = new Map();
  for (const { rule } of violations) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].map(([rule, count]) => `${rule} (${count})`).join(', ');
}

/** Adds runs up. */
export function createSummary() {
  const totals = {
    runs: 0,
    failed: 0,
    deliveries: 0,
    commands: 0,
    messages: 0,
    webhooks: 0,
    violations: 0,
    ms: 0,
  };
  /** @type {Map<string, number>} */
  const faults = new Map();
  /** @type {Map<string, number>} */
  const families = new Map();
  /** @type {import('./takeovers.mjs').Takeover[]} */
  const takeovers = [];
  /** @type {number[]} */
  const catchUps = [];

  return {
    add({ plan, evidence, violations, takeovers: seen, caughtUpMs, ms }) {
      totals.runs += 1;
      totals.ms += ms;
      if (violations.length > 0) totals.failed += 1;
      totals.violations += violations.length;
      totals.deliveries += deliveriesOf(evidence);
      const acknowledged = evidence.sent.filter(({ outcome }) => outcome === 'ok');
      totals.messages += acknowledged.filter(({ event }) => event === undefined).length;
      totals.commands += acknowledged.filter(({ event }) => event !== undefined).length;
      for (const { type } of acknowledged.filter(({ event }) => event !== undefined))
        families.set(familyOf(type), (families.get(familyOf(type)) ?? 0) + 1);
      totals.webhooks += evidence.told.filter(({ outcome }) => outcome === 'taken').length;
      for (const { kind, happenedAt } of plan)
        if (happenedAt !== undefined) faults.set(kind, (faults.get(kind) ?? 0) + 1);
      takeovers.push(...seen);
      catchUps.push(caughtUpMs);
    },
    addBroken() {
      totals.runs += 1;
      totals.failed += 1;
    },
    print() {
      const byKind = [...faults].sort(([a], [b]) => a.localeCompare(b));
      console.log(
        `${totals.runs} runs in ${Math.round(totals.ms / 1000)} s, ${totals.deliveries} deliveries; acknowledged ${totals.commands} commands, ${totals.messages} HL7 messages and ${totals.webhooks} webhooks`,
      );
      console.log(`commands: ${[...families].map(([family, count]) => `${family} ${count}`).join(', ')}`);
      console.log(
        `faults: ${byKind.map(([kind, count]) => `${kind} ${count}`).join(', ') || 'none'} (${byKind.reduce((sum, [, count]) => sum + count, 0)} in all)`,
      );
      const alone = takeovers.filter((takeover) => takeover.alone && takeover.leadMs !== undefined);
      for (const [which, some] of [
        ['takeovers, nothing else broken', alone],
        ['takeovers, whatever else was broken', takeovers],
      ])
        console.log(
          `${which}: ${spread(some.map(({ leadMs }) => leadMs))} to the next lead; ${spread(some.map(({ frameMs }) => frameMs))} to the next frame`,
        );
      console.log(`catching up after the last fault: ${spread(catchUps)}`);
      console.log(`violations: ${totals.violations}`);
      console.log(`${totals.runs - totals.failed} passed, ${totals.failed} failed`);
      return totals.failed === 0;
    },
  };
}

/** What a command is about, by its type. */
function familyOf(type) {
  const [family] = type.split('.');
  return { alert: 'bed', message: 'conversation' }[family] ?? family;
}

function spread(times) {
  const sorted = times.filter((time) => time !== undefined).sort((a, b) => a - b);
  if (sorted.length === 0) return 'none';
  return `p50 ${sorted[Math.floor(sorted.length / 2)]} ms, max ${sorted.at(-1)} ms (${sorted.length})`;
}
