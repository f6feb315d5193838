import { useState } from 'react';
import { v7 as uuidv7 } from 'uuid';
import {
  incidentKinds,
  incidentTextSchema,
  incidentTitleSchema,
  type SecurityAlert,
  severities,
} from '#domain/security/schema.ts';
import { useText } from '../language/language.tsx';
import { Drawer } from '../ui/drawer.tsx';
import { Field } from '../ui/field.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';

interface ReportPanelProps {
  /** What it is about, where it began with an alert. */
  readonly alert: SecurityAlert | undefined;
  readonly onClose: () => void;
  readonly onReported: (incident: string) => void;
}

/** Reports an incident. */
export function ReportPanel({ alert, onClose, onReported }: ReportPanelProps) {
  const t = useText();
  const { ask, asked } = useAsk();
  // Whoever sends it again, because no answer came, reports the same one.
  const [incident] = useState(() => uuidv7());
  const [title, setTitle] = useState(alert === undefined ? '' : t(`security.kind-${alert.kind}`));
  const [what, setWhat] = useState('');
  const [kind, setKind] = useState<(typeof incidentKinds)[number]>(
    alert === undefined ? 'other' : 'unauthorised-access',
  );
  const [severity, setSeverity] = useState<(typeof severities)[number]>('medium');
  const [faults, setFaults] = useState<{ title?: string; what?: string }>({});
  const busy = asked?.status === 'asking';
  const submit = async () => {
    const titled = incidentTitleSchema.safeParse(title);
    const told = incidentTextSchema.safeParse(what);
    const needed = t('security.needed');
    setFaults({ ...(titled.success ? {} : { title: needed }), ...(told.success ? {} : { what: needed }) });
    if (!titled.success || !told.success) return;
    const about = alert === undefined ? {} : { alert: alert.id };
    const data = { incident, title: titled.data, what: told.data, kind, severity, ...about };
    if (await ask('incident.report', data, t('security.reported'))) onReported(incident);
  };
  return (
    <Drawer title={t('security.report')} onClose={onClose}>
      <form
        className="security-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field label={t('security.report-title')} error={faults.title}>
          {(control) => (
            <input
              {...control}
              value={title}
              maxLength={120}
              disabled={busy}
              onChange={({ target }) => setTitle(target.value)}
            />
          )}
        </Field>
        <Field label={t('security.report-what')} error={faults.what}>
          {(control) => (
            <textarea
              {...control}
              rows={5}
              maxLength={4_000}
              value={what}
              disabled={busy}
              onChange={({ target }) => setWhat(target.value)}
            />
          )}
        </Field>
        <Field label={t('security.report-kind')}>
          {(control) => (
            <select
              {...control}
              value={kind}
              disabled={busy}
              onChange={({ target }) => setKind(incidentKinds.find((one) => one === target.value) ?? 'other')}
            >
              {incidentKinds.map((one) => (
                <option key={one} value={one}>
                  {t(`security.incident-${one}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('security.report-severity')}>
          {(control) => (
            <select
              {...control}
              value={severity}
              disabled={busy}
              onChange={({ target }) =>
                setSeverity(severities.find((one) => one === target.value) ?? 'medium')
              }
            >
              {severities.map((one) => (
                <option key={one} value={one}>
                  {t(`security.severity-${one}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Answer asked={asked} />
        <div className="security-buttons">
          <button type="submit" className="primary" disabled={busy}>
            {t('security.report')}
          </button>
          <button type="button" onClick={onClose}>
            {t('app.cancel')}
          </button>
        </div>
      </form>
    </Drawer>
  );
}
