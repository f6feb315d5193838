import { balancesOf, ledgerAccountSchema } from '#domain/payments/ledger.ts';
import type { Payment } from '#domain/payments/schema.ts';
import { ExportButton } from '../export/export-button.tsx';
import { useText } from '../language/language.tsx';
import type { MoneyText } from './money-text.ts';
import { type From, ledgerExport } from './payment-export.ts';

/** Every movement of a payment's money as the double entry it is, and what each account has of it in all. */
export function PaymentLedger({ payment, from, money }: { payment: Payment; from: From; money: MoneyText }) {
  const t = useText();
  const { movements, currency } = payment;
  const balances = balancesOf(movements);
  return (
    <section aria-labelledby="pay-ledger-heading">
      <h3 id="pay-ledger-heading">{t('payments.ledger')}</h3>
      {movements.length === 0 ? (
        <p>{t('payments.ledger-none')}</p>
      ) : (
        <table className="pay-ledger">
          <thead className="unseen">
            <tr>
              <th scope="col">{t('payments.ledger-account')}</th>
              <th scope="col">{t('payments.column-amount')}</th>
            </tr>
          </thead>
          {movements.map((movement) => (
            <tbody key={movement.id}>
              <tr className="pay-movement">
                <th colSpan={2} scope="rowgroup">
                  {t(`payments.movement-${movement.kind}`)}
                </th>
              </tr>
              {movement.entries.map(({ account, amount }) => (
                <tr key={account}>
                  <th scope="row">{t(`payments.account-${account}`)}</th>
                  <td className="pay-number">{money(amount, currency)}</td>
                </tr>
              ))}
            </tbody>
          ))}
          {movements.length > 1 && (
            <tbody>
              <tr className="pay-movement">
                <th colSpan={2} scope="rowgroup">
                  {t('payments.ledger-balance')}
                </th>
              </tr>
              {ledgerAccountSchema.options.map((account) => (
                <tr key={account}>
                  <th scope="row">{t(`payments.account-${account}`)}</th>
                  <td className="pay-number">{money(balances[account], currency)}</td>
                </tr>
              ))}
            </tbody>
          )}
        </table>
      )}
      {movements.length > 0 && (
        <ExportButton what={t('payments.ledger')} table={() => ledgerExport(t, payment, from)} />
      )}
    </section>
  );
}
