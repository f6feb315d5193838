/*
 * Plots as SVG, in the words of a page and without anything from elsewhere.
 */

const [width, lineHeight] = [720, 300];
const margin = { left: 56, right: 150, top: 26, bottom: 34 };

/** @param {any} plot as it stands in a report; gives its SVG */
export function plotted(plot) {
  if (plot.kind === 'bars') return bars(plot);
  if (plot.kind === 'shares') {
    const lines = plot.lines.map(({ label, points }) => ({
      label,
      // By how much is missing to all: the tail is what matters.
      points: points.map(([share, value]) => [-Math.log10(Math.max(0.0008, 1 - share)), value]),
    }));
    const ticks = [0, 0.5, 0.9, 0.99, 0.999].map((share) => [-Math.log10(1 - share), `${share * 100} %`]);
    return linesOf({ lines, unit: plot.unit, x: 'share of them, at most', ticks, logarithmic: true });
  }
  return linesOf({ lines: plot.lines, unit: plot.unit, x: plot.x });
}

function bars({ bars: all, unit }) {
  const row = 26;
  const height = all.length * row + 8;
  const most = Math.max(...all.map(({ value }) => (Number.isFinite(value) ? value : 0)), 1e-9);
  const [left, room] = [230, width - 230 - 90];
  const rows = all.map(({ label, value }, index) => {
    const y = 4 + index * row;
    const length = Number.isFinite(value) ? (value / most) * room : 0;
    return (
      `<text x="${left - 8}" y="${y + 16}" text-anchor="end">${escaped(label)}</text>` +
      `<rect class="c${index % 7}" x="${left}" y="${y + 3}" width="${length.toFixed(1)}" height="18" rx="2"/>` +
      `<text x="${(left + length + 6).toFixed(1)}" y="${y + 16}">${escaped(short(value))} ${escaped(unit)}</text>`
    );
  });
  return svg(height, rows.join(''));
}

function linesOf({ lines, unit, x, ticks, logarithmic = false }) {
  const drawn = lines.map(({ label, points }) => ({
    label,
    points: points.filter((point) => point.every(Number.isFinite)),
  }));
  const all = drawn.flatMap(({ points }) => points);
  if (all.length === 0) return '<p>Nothing was measured.</p>';
  const [leastX, mostX] = [least(all, 0), Math.max(most(all, 0), least(all, 0) + 1e-9)];
  const floor = logarithmic ? Math.max(0.1, least(all, 1)) : Math.min(0, least(all, 1));
  const mostY = Math.max(most(all, 1), floor * 1.01, floor + 1e-9);
  const scaled = (value) => (logarithmic ? Math.log10(Math.max(value, floor)) : value);
  const atX = (value) =>
    margin.left + ((value - leastX) / (mostX - leastX)) * (width - margin.left - margin.right);
  const atY = (value) =>
    lineHeight -
    margin.bottom -
    ((scaled(value) - scaled(floor)) / (scaled(mostY) - scaled(floor))) *
      (lineHeight - margin.top - margin.bottom);
  const levels = logarithmic
    ? decades(floor, mostY)
    : [0, 0.25, 0.5, 0.75, 1].map((part) => floor + part * (mostY - floor));
  const grid = levels.map(
    (level) =>
      `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${atY(level).toFixed(1)}" y2="${atY(level).toFixed(1)}"/>` +
      `<text x="${margin.left - 6}" y="${(atY(level) + 4).toFixed(1)}" text-anchor="end">${short(level)}</text>`,
  );
  const marks = (
    ticks ??
    [0, 0.25, 0.5, 0.75, 1].map((part) => leastX + part * (mostX - leastX)).map((at) => [at, short(at)])
  )
    .filter(([at]) => at >= leastX && at <= mostX)
    .map(
      ([at, word]) =>
        `<text x="${atX(at).toFixed(1)}" y="${lineHeight - 16}" text-anchor="middle">${escaped(word)}</text>`,
    );
  const paths = drawn.map(({ points }, index) => {
    const path = points.map(
      ([px, py], n) => `${n === 0 ? 'M' : 'L'}${atX(px).toFixed(1)} ${atY(py).toFixed(1)}`,
    );
    return `<path class="l${index % 7}" d="${path.join('')}"/>`;
  });
  const names = drawn.map(
    ({ label }, index) =>
      `<rect class="c${index % 7}" x="${width - margin.right + 10}" y="${16 + index * 30}" width="10" height="10"/>` +
      `<text x="${width - margin.right + 25}" y="${25 + index * 30}">${escaped(label.slice(0, 20))}</text>` +
      (label.length > 20
        ? `<text x="${width - margin.right + 25}" y="${38 + index * 30}">${escaped(label.slice(20))}</text>`
        : ''),
  );
  const axes =
    `<text x="${margin.left}" y="${lineHeight - 2}">${escaped(x)}</text>` +
    `<text x="4" y="10">${escaped(unit)}</text>`;
  return svg(lineHeight, [...grid, ...marks, ...paths, ...names, axes].join(''));
}

function decades(floor, top) {
  const levels = [];
  for (let level = 10 ** Math.floor(Math.log10(floor)); level <= top; level *= 10)
    for (const factor of [1, 2, 5])
      if (level * factor >= floor && level * factor <= top) levels.push(level * factor);
  return levels.length === 0 ? [floor, top] : levels;
}

function least(points, index) {
  return points.reduce((low, point) => Math.min(low, point[index]), Number.POSITIVE_INFINITY);
}

function most(points, index) {
  return points.reduce((high, point) => Math.max(high, point[index]), Number.NEGATIVE_INFINITY);
}

function short(value) {
  if (!Number.isFinite(value)) return '–';
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}

function svg(height, inside) {
  return `<svg viewBox="0 0 ${width} ${height}" role="img">${inside}</svg>`;
}

/** @param {unknown} text as HTML holds it */
export function escaped(text) {
  const words = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return String(text).replace(/[&<>"]/g, (letter) => words[letter]);
}
