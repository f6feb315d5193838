import type { TopicEvent } from '../module.ts';
import {
  consentChangedSchema,
  holdLiftedSchema,
  holdPlacedSchema,
  patientConsentChangedSchema,
  requestChangedSchema,
} from './events.ts';
import { newestConsents, type OwnPrivacy, type Privacy } from './schema.ts';

/** What was asked about people's data, what is held, and what patients agreed to, after an event. */
export function evolvePrivacy(state: Privacy, { type, data }: TopicEvent): Privacy {
  if (type === 'privacy.request-changed') {
    const { to } = requestChangedSchema.parse(data);
    return { ...state, requests: { ...state.requests, [to.id]: to } };
  }
  if (type === 'privacy.hold-placed') {
    const { to } = holdPlacedSchema.parse(data);
    return { ...state, holds: { ...state.holds, [to.id]: to } };
  }
  if (type === 'privacy.hold-lifted') {
    const { [holdLiftedSchema.parse(data).hold]: _lifted, ...holds } = state.holds;
    return { ...state, holds };
  }
  if (type === 'privacy.consent-changed') {
    const { to } = patientConsentChangedSchema.parse(data);
    const { [to.id]: _before, ...others } = state.consents;
    return { ...state, consents: newestConsents([...Object.values(others), to]) };
  }
  return state;
}

/** What one person agreed to and asked for after an event. */
export function evolveOwnPrivacy(state: OwnPrivacy, { type, data }: TopicEvent): OwnPrivacy {
  if (type === 'own.consent-changed') {
    const { to } = consentChangedSchema.parse(data);
    return { ...state, consents: { ...state.consents, [to.id]: to } };
  }
  if (type === 'own.request-changed') {
    const { to } = requestChangedSchema.parse(data);
    return { ...state, requests: { ...state.requests, [to.id]: to } };
  }
  return state;
}
