import { type ErrorCode, errorStatus } from '#domain/errors.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { aboutOf, type ShownRow } from './audit-answers.ts';

interface AuditRowsProps {
  readonly rows: readonly ShownRow[];
  readonly times: Times;
  readonly now: number;
}

/** Rows of the audit, the newest first. */
export function AuditRows({ rows, times, now }: AuditRowsProps) {
  const t = useText();
  return (
    <div className="audit-rows">
      <table aria-label={t('audit.title')}>
        <thead>
          <tr>
            <th scope="col">{t('audit.when')}</th>
            <th scope="col">{t('audit.who')}</th>
            <th scope="col">{t('audit.what')}</th>
            <th scope="col">{t('audit.outcome')}</th>
            <th scope="col">{t('audit.about')}</th>
            <th scope="col">{t('audit.from-where')}</th>
            <th scope="col">{t('audit.place')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td className="audit-when">
                <time dateTime={row.at}>{times.moment(Date.parse(row.at), now)}</time>
              </td>
              <td>
                {row.principal.name ?? t('audit.nameless')}
                <small>{row.principal.id}</small>
              </td>
              <td className="audit-code">{row.action}</td>
              <td>
                <Outcome outcome={row.outcome} />
              </td>
              <td className="audit-about">{aboutOf(row)}</td>
              <td className="audit-address">{row.client?.address ?? ''}</td>
              <td className="audit-place">{row.n === null ? t('audit.unsealed') : times.count(row.n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How it ended, as shape, colour and words. */
function Outcome({ outcome }: { outcome: string }) {
  const t = useText();
  const ok = outcome === 'ok';
  return (
    <span className={ok ? 'audit-outcome' : 'audit-outcome audit-outcome-refused'}>
      <svg className="glyph" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        {ok ? (
          <path d="M5 17l7 7L27 8" className="glyph-line" />
        ) : (
          <path d="M6 6l20 20M26 6L6 26" className="glyph-line" />
        )}
      </svg>
      {ok ? t('audit.outcome-ok') : isErrorCode(outcome) ? t(`audit.outcome-${outcome}`) : outcome}
    </span>
  );
}

function isErrorCode(outcome: string): outcome is ErrorCode {
  return Object.hasOwn(errorStatus, outcome);
}
