import { ExportButton } from '../export/export-button.tsx';
import { useText } from '../language/language.tsx';
import { useMedia } from '../ui/use-media.ts';
import type { MoneyText } from './money-text.ts';
import type { totalsExport } from './payment-export.ts';
import { StatusMark } from './status-mark.tsx';
import type { StateTotal } from './totals.ts';

/** How many payments are in each state, and what they come to in each currency. On a phone it is opened by hand. */
export function TotalsTable({
  totals,
  money,
  take,
}: {
  totals: readonly StateTotal[];
  money: MoneyText;
  take: () => ReturnType<typeof totalsExport>;
}) {
  const t = useText();
  const wide = useMedia('(min-width: 1001px)');
  return (
    <details className="pay-totals" key={String(wide)} open={wide}>
      <summary>{t('payments.totals')}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('payments.totals-state')}</th>
            <th scope="col" className="pay-number">
              {t('payments.totals-count')}
            </th>
            <th scope="col" className="pay-number">
              {t('payments.column-amount')}
            </th>
          </tr>
        </thead>
        <tbody>
          {totals.map(({ status, count, amounts }) => (
            <tr key={status} data-testid={`total-${status}`}>
              <th scope="row">
                <StatusMark status={status} />
              </th>
              <td className="pay-number">{count}</td>
              <td className="pay-number">
                {amounts.map(({ currency, amount }) => (
                  <span key={currency}>{money(amount, currency)}</span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ExportButton what={t('payments.totals')} table={take} />
    </details>
  );
}
