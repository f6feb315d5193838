import type { ImportTally } from './import-run.ts';

const width = 24;

/** The line that shows how far an import has come: `[#####---] 45 %  3,219 rows  212/s  3 refused  0:18 left`. */
export function progressLine(
  { rows, refused }: Pick<ImportTally, 'rows' | 'refused'>,
  { share, elapsedMs }: { readonly share: number; readonly elapsedMs: number },
): string {
  const full = Math.round(Math.min(1, share) * width);
  const bar = `[${'#'.repeat(full)}${'-'.repeat(width - full)}]`;
  const perSecond = elapsedMs === 0 ? 0 : Math.round((rows * 1_000) / elapsedMs);
  const left = share > 0 && share < 1 ? (elapsedMs * (1 - share)) / share : 0;
  return [
    `${bar} ${Math.floor(Math.min(1, share) * 100)} %`,
    `${rows.toLocaleString('en')} rows`,
    `${perSecond}/s`,
    `${refused.toLocaleString('en')} refused`,
    `${clock(left)} left`,
  ].join('  ');
}

/** What an import came to, for whoever reads it afterwards. */
export function summaryOf(tally: ImportTally, elapsedMs: number): string {
  const { registered, changed, same, valid } = tally.outcomes;
  const number = (count: number) => count.toLocaleString('en');
  const taken =
    valid > 0
      ? `${number(valid)} would be sent`
      : `${number(registered)} registered, ${number(changed)} changed, ${number(same)} the same`;
  const later =
    tally.later === 0 ? '' : `; of ${number(tally.later)} somebody has said something later, which stands`;
  return [
    `${number(tally.rows)} rows in ${(elapsedMs / 1_000).toFixed(1)} s: ${taken}, ${number(tally.refused)} refused${later}.`,
    `${number(tally.beds)} beds in ${number(tally.counted)} facilities with counts.`,
  ].join('\n');
}

function clock(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
