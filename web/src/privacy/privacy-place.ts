import type { Holder } from '#domain/identity/roles.ts';
import { privacyRights } from '#domain/privacy/access.ts';
import type { TopicList } from '#domain/protocol.ts';
import type { SignedIn } from '../live/live.ts';

/** The topic of an organisation's privacy among what a person may see, if it is. */
export function privacyTopic(topics: TopicList['topics']): string | undefined {
  return topics.find(({ topic }) => /^org\/[^/]+\/privacy$/.test(topic))?.topic;
}

const recorders: readonly Holder[] = privacyRights['consent.record-patient'];

/** The place at which somebody may write down what patients agree to, if there is one. */
export function consentPlace(who: SignedIn): string | undefined {
  return who.grants.find(({ role }) => recorders.some((recorder) => recorder === role))?.place;
}
