import type { TopicEvent } from '../module.ts';
import { alertChangedSchema, incidentChangedSchema, isAlertEvent, isIncidentEvent } from './events.ts';
import { type Incident, mostClosed, type Security } from './schema.ts';

/** What is to be seen of an organisation's security after an event of its topic. */
export function evolveSecurity(state: Security, { type, data }: TopicEvent): Security {
  if (isAlertEvent(type)) {
    const { to } = alertChangedSchema.parse(data);
    const { [to.id]: _before, ...others } = state.alerts;
    return { ...state, alerts: to.status === 'open' ? { ...others, [to.id]: to } : others };
  }
  if (isIncidentEvent(type)) {
    const { to } = incidentChangedSchema.parse(data);
    return { ...state, incidents: inSight({ ...state.incidents, [to.id]: to }) };
  }
  return state;
}

/** Every incident that is open, and of the closed ones those that were closed last. */
export function inSight(incidents: Readonly<Record<string, Incident>>): Record<string, Incident> {
  const closed = Object.values(incidents)
    .filter(({ status }) => status === 'closed')
    .sort((a, b) => compare(b.closedAt ?? '', a.closedAt ?? '') || compare(b.id, a.id));
  if (closed.length <= mostClosed) return incidents;
  const gone = new Set(closed.slice(mostClosed).map(({ id }) => id));
  return Object.fromEntries(Object.entries(incidents).filter(([id]) => !gone.has(id)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
