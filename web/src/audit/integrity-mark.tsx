import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import type { Integrity } from './audit-answers.ts';

/** How far the audit is sealed, and when that was last signed. Whether it is whole, `audit verify` says. */
export function IntegrityMark({
  integrity,
  times,
  now,
}: {
  integrity: Integrity | undefined;
  times: Times;
  now: number;
}) {
  const t = useText();
  if (integrity === undefined) return <p className="audit-integrity">{t('audit.integrity-unknown')}</p>;
  const { sealed, checkpoint, checkpointAt, waiting } = integrity;
  return (
    <p className="audit-integrity" title={integrity.hash}>
      <svg className="glyph" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <path d="M16 2l12 4v10c0 7-5 11.5-12 14C9 27.500 4 23 4 16V6z" className="glyph-line" />
        <path d="M10 16l5 5l8-9" className="glyph-line" />
      </svg>
      <span>
        {t('audit.sealed', { n: times.count(sealed) })}
        {waiting > 0 && ` · ${t('audit.waiting', { count: waiting })}`}
        <small>
          {checkpointAt === null
            ? t('audit.no-checkpoint')
            : t('audit.checkpoint', { n: times.count(checkpoint), time: times.moment(checkpointAt, now) })}
        </small>
      </span>
    </p>
  );
}
