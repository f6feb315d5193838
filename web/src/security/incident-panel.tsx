import { useState } from 'react';
import { incidentTransitions } from '#domain/security/incident-states.ts';
import { type Incident, incidentTextSchema } from '#domain/security/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { Drawer } from '../ui/drawer.tsx';
import { Field } from '../ui/field.tsx';
import { sourceName } from '../ui/source-name.ts';
import { Empty } from '../ui/states.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { Answer } from './answer.tsx';
import { IncidentMark } from './incident-mark.tsx';

interface IncidentPanelProps {
  readonly incident: Incident | undefined;
  readonly may: boolean;
  readonly times: Times;
  readonly now: number;
  readonly onClose: () => void;
}

/** One incident: what happened, how far it is, what was done, and what can be done now. */
export function IncidentPanel({ incident, may, times, now, onClose }: IncidentPanelProps) {
  const t = useText();
  const { ask, asked } = useAsk();
  const busy = asked?.status === 'asking';
  if (incident === undefined) {
    return (
      <Drawer title={t('security.incidents')} onClose={onClose}>
        <Empty title={t('security.no-incident')} />
      </Drawer>
    );
  }
  const { id, version, status, notes } = incident;
  const nexts = incidentTransitions[status];
  const advance = (to: 'investigating' | 'contained') =>
    void ask('incident.advance', { incident: id, to }, t('security.advanced'), version);
  return (
    <Drawer title={incident.title ?? t('security.erased')} onClose={onClose}>
      <div className="security-panel">
        <p className="security-facts">
          <IncidentMark status={status} />
          <span className={`security-severity security-severity-${incident.severity}`}>
            {t(`security.severity-${incident.severity}`)}
          </span>
          <span>{t(`security.incident-${incident.kind}`)}</span>
        </p>
        <p className="security-text">{incident.what ?? t('security.erased')}</p>
        <p className="security-quiet">
          {t('security.by', {
            name: sourceName(t, incident.reportedBy),
            time: times.moment(incident.reportedAt, now),
          })}
        </p>
        <Answer asked={asked} />
        {may && (
          <div className="security-buttons">
            {nexts.includes('investigating') && (
              <button
                type="button"
                className="primary"
                disabled={busy}
                onClick={() => advance('investigating')}
              >
                {t('security.investigate')}
              </button>
            )}
            {nexts.includes('contained') && (
              <button type="button" className="primary" disabled={busy} onClick={() => advance('contained')}>
                {t('security.contain')}
              </button>
            )}
          </div>
        )}
        <section aria-labelledby="security-notes">
          <h3 id="security-notes">{t('security.notes')}</h3>
          {notes.length === 0 ? (
            <p className="security-quiet">{t('security.notes-none')}</p>
          ) : (
            <ol className="security-notes">
              {notes.map((note) => (
                <li key={note.at}>
                  <p className="security-text">{note.text ?? t('security.erased')}</p>
                  <p className="security-quiet">
                    {t('security.by', { name: sourceName(t, note.by), time: times.moment(note.at, now) })}
                  </p>
                </li>
              ))}
            </ol>
          )}
        </section>
        {incident.finding !== undefined && (
          <section aria-labelledby="security-finding">
            <h3 id="security-finding">{t('security.finding')}</h3>
            <p className="security-text">{incident.finding}</p>
          </section>
        )}
        {may && status !== 'closed' && (
          <>
            <Writing
              key={`note ${notes.length}`}
              label={t('security.note')}
              button={t('security.note-add')}
              busy={busy}
              onWritten={(text) =>
                void ask('incident.note', { incident: id, text }, t('security.noted'), version)
              }
            />
            <Writing
              label={t('security.finding')}
              button={t('security.close')}
              busy={busy}
              onWritten={(finding) =>
                void ask('incident.close', { incident: id, finding }, t('security.closed'), version)
              }
            />
          </>
        )}
      </div>
    </Drawer>
  );
}

function Writing({
  label,
  button,
  busy,
  onWritten,
}: {
  label: string;
  button: string;
  busy: boolean;
  onWritten: (text: string) => void;
}) {
  const t = useText();
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string>();
  return (
    <form
      className="security-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const parsed = incidentTextSchema.safeParse(text);
        setFault(parsed.success ? undefined : t('security.needed'));
        if (parsed.success) onWritten(parsed.data);
      }}
    >
      <Field label={label} error={fault}>
        {(control) => (
          <textarea
            {...control}
            rows={3}
            maxLength={4_000}
            value={text}
            disabled={busy}
            onChange={({ target }) => setText(target.value)}
          />
        )}
      </Field>
      <div className="security-buttons">
        <button type="submit" disabled={busy}>
          {button}
        </button>
      </div>
    </form>
  );
}
