import type { CareGroup } from '#domain/network/levels.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import type { RegionTotals } from './regions.ts';
import './regions.css';

/** Regions beneath each other, each with what it has to give by group of care and what nobody knows of it. */
export function RegionTable({
  regions,
  groups,
  times,
}: {
  regions: readonly RegionTotals[];
  groups: readonly CareGroup[];
  times: Times;
}) {
  const t = useText();
  return (
    <table className="net-regions">
      <thead>
        <tr>
          <th scope="col">{t('network.region')}</th>
          {groups.map((group) => (
            <th key={group} scope="col">
              <abbr title={t(`care.${group}`)}>{t(`care-short.${group}`)}</abbr>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {regions.map(({ id, name, groups: totals }) => (
          <tr key={id ?? ''} data-testid={`region-${id ?? 'none'}`}>
            <th scope="row">{name ?? t('network.no-region')}</th>
            {groups.map((group) => {
              const total = totals[group];
              return (
                <td key={group}>
                  {total === undefined ? (
                    t('network.nothing')
                  ) : (
                    <>
                      {(total.capacity > 0 || total.unknown === 0) && (
                        <b>{times.shortCount(total.available)}</b>
                      )}
                      {total.unknown > 0 && (
                        <span className="net-unknown">
                          <span className="net-unknown-word">
                            {t('network.unknown', { beds: times.count(total.unknown) })}
                          </span>
                          <span className="net-unknown-short" aria-hidden="true">
                            {t('network.unknown-short', { beds: times.shortCount(total.unknown) })}
                          </span>
                        </span>
                      )}
                    </>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
