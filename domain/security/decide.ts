import { refuse } from '../errors.ts';
import { accept, type Decision, type DecisionContext, reject } from '../module.ts';
import type { IncidentCommand, SecurityCommandOf } from './commands.ts';
import type { IncidentEventType, SecurityAlertEventType } from './events.ts';
import { type IncidentStatus, incidentTransitions } from './incident-states.ts';
import { type Incident, type SecurityAlert, subjectOfIncident } from './schema.ts';

/** Where an organisation is told of trouble. */
export function securityTopic(org: string): string {
  return `org/${org}/security`;
}

/** The id of the alert for one kind of trouble from one subject. */
export function securityAlertId(
  kind: string,
  subject: { readonly kind: string; readonly id: string },
): string {
  const id = subject.id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 100);
  return `${kind}.${subject.kind}.${id}`;
}

/** Raises an alert, or says that its trouble goes on. What was told already changes nothing. */
export function decideDetect(
  { org, alert }: { readonly org: string; readonly alert: SecurityAlert | undefined },
  { data }: SecurityCommandOf<'security.detect'>,
  { now, by }: DecisionContext,
): Decision {
  const { kind, subject, count, lastAt } = data;
  if (alert?.status === 'open' && alert.count >= count) return accept([]);
  const goesOn = alert?.status === 'open' ? alert : undefined;
  const to: SecurityAlert = {
    id: securityAlertId(kind, subject),
    kind,
    subject,
    count,
    raisedAt: goesOn?.raisedAt ?? now,
    lastAt,
    status: 'open',
    version: (alert?.version ?? 0) + 1,
    asOf: now,
    source: by,
  };
  const type = goesOn === undefined ? 'security.alert-raised' : 'security.alert-risen';
  return accept([alertEvent(org, type, alert, to)]);
}

/** Says that somebody has seen an alert. */
export function decideAcknowledge(
  { org, alert }: { readonly org: string; readonly alert: SecurityAlert },
  { now, by }: DecisionContext,
): Decision {
  if (alert.status !== 'open') {
    const issue = { path: 'data.alert', message: 'is acknowledged' };
    return reject(refuse('conflict', 'somebody has seen it already', [issue]));
  }
  const to: SecurityAlert = {
    ...alert,
    status: 'acknowledged',
    version: alert.version + 1,
    asOf: now,
    source: by,
  };
  return accept([alertEvent(org, 'security.alert-acknowledged', alert, to)]);
}

/** Reports an incident, or carries one that was reported further. */
export function decideIncident(
  { org, incident }: { readonly org: string; readonly incident: Incident | undefined },
  command: IncidentCommand,
  context: DecisionContext,
): Decision {
  if (command.type === 'incident.report') return report(org, incident, command, context);
  if (incident === undefined) return reject(refuse('not_found', 'there is no such incident'));
  const { now, by } = context;
  const next = { ...incident, version: incident.version + 1, asOf: now, source: by };
  switch (command.type) {
    case 'incident.advance':
      return moved(org, incident, 'incident.advanced', { ...next, status: command.data.to });
    case 'incident.close':
      return command.data.finding === undefined
        ? needed('data.finding')
        : moved(org, incident, 'incident.closed', {
            ...next,
            status: 'closed',
            finding: command.data.finding,
            closedAt: now,
          });
    case 'incident.note': {
      if (command.data.text === undefined) return needed('data.text');
      if (incident.status === 'closed') return closed(incident.status);
      if (incident.notes.length >= 200) return reject(refuse('too_large', 'it has as many notes as it may'));
      const note = { at: now, by, subject: subjectOfIncident(incident.id), text: command.data.text };
      return accept([
        incidentEvent(org, 'incident.noted', incident, { ...next, notes: [...incident.notes, note] }),
      ]);
    }
    default:
      return command satisfies never;
  }
}

function report(
  org: string,
  known: Incident | undefined,
  { data }: SecurityCommandOf<'incident.report'>,
  { now, by }: DecisionContext,
): Decision {
  const { incident: id, title, what, kind, severity, alert } = data;
  if (title === undefined) return needed('data.title');
  if (what === undefined) return needed('data.what');
  if (known !== undefined) {
    const issue = { path: 'data.incident', message: 'is taken' };
    return reject(refuse('conflict', 'it has been reported', [issue]));
  }
  const to: Incident = {
    id,
    subject: subjectOfIncident(id),
    title,
    what,
    kind,
    severity,
    ...(alert === undefined ? {} : { alert }),
    status: 'open',
    reportedAt: now,
    reportedBy: by,
    notes: [],
    version: 1,
    asOf: now,
    source: by,
  };
  return accept([incidentEvent(org, 'incident.reported', undefined, to)]);
}

function moved(org: string, from: Incident, type: IncidentEventType, to: Incident): Decision {
  if (!incidentTransitions[from.status].includes(to.status)) return closed(from.status);
  return accept([incidentEvent(org, type, from, to)]);
}

function closed(status: IncidentStatus): Decision {
  const issue = { path: 'data.incident', message: `is ${status}` };
  return reject(refuse('conflict', `the incident is ${status}`, [issue]));
}

function needed(path: string): Decision {
  return reject(refuse('invalid', 'something is missing', [{ path, message: 'is needed' }]));
}

function alertEvent(
  org: string,
  type: SecurityAlertEventType,
  from: SecurityAlert | undefined,
  to: SecurityAlert,
) {
  return { topic: securityTopic(org), type, data: from === undefined ? { to } : { from, to } };
}

function incidentEvent(org: string, type: IncidentEventType, from: Incident | undefined, to: Incident) {
  return { topic: securityTopic(org), type, data: from === undefined ? { to } : { from, to } };
}
