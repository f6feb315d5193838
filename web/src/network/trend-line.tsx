import { trendSpanMs, trendStepMs } from '#domain/measures/trend.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import type { Series } from './network-tiles.ts';

const width = 96;
const height = 24;
const edge = 3;

/** How a number was over the last hour: a line for the eye, an arrow at a glance, words for whoever listens. */
export function TrendLine({
  series,
  times,
  write,
}: {
  series: Series;
  times: Times;
  write: (value: number) => string;
}) {
  const t = useText();
  const [first] = series;
  const last = series.at(-1);
  const spanMs = first === undefined || last === undefined ? 0 : Math.min(trendSpanMs, last.at - first.at);
  if (first === undefined || last === undefined || spanMs < trendStepMs) {
    return (
      <span className="trend trend-none">
        <span className="unseen">{t('network.trend-none')}</span>
      </span>
    );
  }
  const before = write(first.value);
  const age = times.length(spanMs) ?? '';
  const direction = before === write(last.value) ? 'same' : last.value > first.value ? 'up' : 'down';
  return (
    <span className={`trend trend-${direction}`}>
      <svg className="trend-line" viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
        <path className="trend-ground" d={`M0 ${height - 1}H${width}`} />
        <path d={pathOf(series, last.at)} />
      </svg>
      <span className="trend-arrow" aria-hidden="true">
        {direction === 'up' ? '▲' : direction === 'down' ? '▼' : ''}
      </span>
      <span className="unseen">
        {direction === 'same'
          ? t('network.trend-same', { age })
          : t(`network.trend-${direction}`, { before, age })}
      </span>
    </span>
  );
}

/** Steps, because a value stands until there is another. */
function pathOf(series: Series, end: number): string {
  const values = series.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const y = (value: number) =>
    high === low ? height / 2 : height - edge - ((value - low) / (high - low)) * (height - 2 * edge);
  const x = (at: number) => Math.max(0, width - ((end - at) / trendSpanMs) * width);
  return series
    .map(({ at, value }, index) =>
      index === 0
        ? `M${x(at).toFixed(1)} ${y(value).toFixed(1)}`
        : `H${x(at).toFixed(1)}V${y(value).toFixed(1)}`,
    )
    .join('');
}
