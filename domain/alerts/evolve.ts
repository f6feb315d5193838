import type { TopicEvent } from '../module.ts';
import { alertAnsweredSchema, alertMergedSchema, alertRaisedSchema } from './events.ts';
import type { Alert, UnitAlerts } from './schema.ts';

/** The alerts of a unit after an event of its topic. A resolved alert is no longer among them. */
export function evolveUnitAlerts(state: UnitAlerts, event: TopicEvent): UnitAlerts {
  if (event.type === 'alert.raised' || event.type === 'alert.settled') {
    const { alert } = alertRaisedSchema.parse(event.data);
    if (alert.status === 'resolved') return withoutAlert(state, alert.id);
    return { ...state, alerts: { ...state.alerts, [alert.id]: alert } };
  }
  if (event.type === 'alert.merged') {
    const merged = alertMergedSchema.parse(event.data);
    const alert = state.alerts[merged.alert];
    if (alert === undefined) return state;
    return { ...state, alerts: { ...state.alerts, [alert.id]: mergedAlert(alert, merged) } };
  }
  if (event.type !== 'alert.acknowledged' && event.type !== 'alert.resolved') return state;
  const answered = alertAnsweredSchema.parse(event.data);
  const alert = state.alerts[answered.alert];
  if (alert === undefined) return state;
  if (answered.to === 'resolved') return withoutAlert(state, alert.id);
  return { ...state, alerts: { ...state.alerts, [alert.id]: answerAlert(alert, answered) } };
}

function withoutAlert(state: UnitAlerts, id: string): UnitAlerts {
  const { [id]: _resolved, ...open } = state.alerts;
  return { ...state, alerts: open };
}

/** The alert after somebody answered it. */
export function answerAlert(
  alert: Alert,
  answered: { version: number; asOf: string; source: Alert['source']; to: Alert['status'] },
): Alert {
  const { version, asOf, source, to } = answered;
  const next: Alert = { ...alert, status: to, version, asOf, source };
  if (to === 'acknowledged') next.acknowledgedBy = source;
  return next;
}

/** The alert when whom it concerns has become another patient. A view that names nobody sees a newer version alone. */
export function mergedAlert(
  alert: Alert,
  merged: Pick<Alert, 'version' | 'asOf' | 'source' | 'subject' | 'visit'>,
): Alert {
  const { version, asOf, source, subject, visit } = merged;
  return {
    ...alert,
    version,
    asOf,
    source,
    ...(subject === undefined ? {} : { subject }),
    ...(visit === undefined ? {} : { visit }),
  };
}
