import { escaped, plotted } from './plot.mjs';
import { rounded } from './verdict.mjs';

const style = `
:root { color-scheme: light dark; --ink: #16202b; --soft: #5a6875; --paper: #fff; --line: #d5dbe1; --good: #17743a; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --soft: #9aa7b4; --paper: #12181f; --line: #313b46; --good: #5fce86; --bad: #ff8a80; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; } h3 { font-size: 1rem; margin-bottom: .3rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { text-align: right; padding: .25rem .7rem; border-bottom: 1px solid var(--line); } th:first-child, td:first-child { text-align: left; }
.met { color: var(--good); } .short, .fault { color: var(--bad); } .soft { color: var(--soft); }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; } svg text { fill: var(--ink); } .grid { stroke: var(--line); } path { fill: none; stroke-width: 2; }
${['#1f77b4', '#ff7f0e', '#2ca02c', '#9467bd', '#d62728', '#8c8c8c', '#17a2b8'].map((colour, n) => `.c${n} { fill: ${colour}; } .l${n} { stroke: ${colour}; }`).join(' ')}
`;

/**
 * A report as one page that needs nothing else.
 * @param {any} report
 */
export function pageOf({ startedAt, machine, about, scenarios }) {
  const verdicts = scenarios.flatMap(({ name, verdicts: own = [] }) =>
    own.map((verdict) => ({ name, ...verdict })),
  );
  const how = Object.entries(about).map(([name, value]) => `${name} ${value}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Carewall: load tests</title><style>${style}</style></head><body>
<h1>Carewall: load tests</h1>
<p class="soft">${escaped(startedAt)}; ${machine.cores} cores (${escaped(machine.cpu)}), ${machine.memoryGiB} GiB, Linux ${escaped(machine.kernel)}, Node ${escaped(machine.node)}; ${escaped(how.join(', '))}. The generators run on the same cores.</p>
${table({
  columns: ['goal', 'limit', 'figure', ''],
  rows: verdicts.map(({ name, what, unit, bound, limit, figure, met, short, atSize }) => [
    escaped(`${name}: ${what}`),
    escaped(`at ${bound} ${rounded(limit)} ${unit}`),
    escaped(`${rounded(figure)} ${unit}`),
    (met
      ? '<span class="met">met</span>'
      : `<span class="short">short by ${escaped(`${rounded(short)} ${unit}`)}</span>`) +
      (atSize ? '' : ' <span class="soft">(at another size)</span>'),
  ]),
})}
${scenarios.map(section).join('\n')}
</body></html>
`;
}

function section({ name, about, sizes, seconds, error, faults = [], tables = [], plots = [] }) {
  const given = Object.entries(sizes).map(([size, value]) => `${size} ${value}`);
  return `<h2>${escaped(name)}</h2><p>${escaped(about)}</p><p class="soft">${escaped(given.join(', '))}; took ${seconds.toFixed(0)} s</p>
${error === undefined ? '' : `<p class="fault">It could not be measured to its end: ${escaped(error)}</p>`}
${faults.length === 0 ? (error === undefined ? '<p class="met">Nothing was lost, doubled or refused.</p>' : '') : `<ul class="fault">${faults.map((fault) => `<li>${escaped(fault)}</li>`).join('')}</ul>`}
${tables.map((one) => `<h3>${escaped(one.title)}</h3>${table({ ...one, rows: one.rows.map((row) => row.map(escaped)) })}`).join('\n')}
${plots.map((plot) => `<h3>${escaped(plot.title)}</h3>${plotted(plot)}`).join('\n')}`;
}

function table({ columns, rows }) {
  const head = columns.map((column) => `<th>${escaped(column)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('');
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}
