import type { ReactNode } from 'react';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { Popover } from '../ui/popover.tsx';
import type { Series } from './network-tiles.ts';
import { TrendLine } from './trend-line.tsx';

/** One number of the network with its limit, its trend and what is not known of it; one step away, why it is that number. */
export function Tile({
  name,
  value,
  onGlass,
  beside,
  unknown = 0,
  limit,
  past = false,
  series,
  times,
  write,
  testId,
  children,
}: {
  name: string;
  value: string;
  /** The value as it is written where there is little room; as it is, unless told. */
  onGlass?: string | undefined;
  beside?: string | undefined;
  /** How many beds nobody knows about. */
  unknown?: number;
  limit: string;
  /** The limit is passed: somebody must act. */
  past?: boolean;
  series: Series;
  times: Times;
  write: (value: number) => string;
  testId: string;
  children: ReactNode;
}) {
  const t = useText();
  return (
    <li className="net-tile" data-testid={testId}>
      <h2 className="net-tile-name">{name}</h2>
      <Popover
        className="why net-why"
        label={t('why.open', { what: name })}
        button={
          <>
            <span className={past ? 'net-value net-past' : 'net-value'}>{onGlass ?? value}</span>
            {beside !== undefined && <span className="net-beside">{beside}</span>}
            {unknown > 0 && (
              <span className="net-unknown">
                <span className="net-unknown-word">
                  {t('network.unknown', { beds: times.count(unknown) })}
                </span>
                <span className="net-unknown-short" aria-hidden="true">
                  {t('network.unknown-short', { beds: times.shortCount(unknown) })}
                </span>
              </span>
            )}
          </>
        }
      >
        <p className="why-head">
          {name}: {[value, beside].filter((part) => part !== undefined).join(' ')}
          {unknown > 0 && ` ${t('network.unknown', { beds: times.count(unknown) })}`}
        </p>
        {children}
      </Popover>
      <p className="net-tile-foot">
        <span className="net-limit">{limit}</span>
        <TrendLine series={series} times={times} write={write} />
      </p>
    </li>
  );
}
