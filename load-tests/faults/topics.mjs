/*
 * The topics that the campaign follows, in which views, and who sees which: by hand, from the documented rights.
 */

const units = ['4w', '4e', '5s', 'icu', 'ds'];
const departments = ['medicine', 'surgery', 'critical-care'];
/** The demo's huddle: some of the demo's people are in it from the beginning and stay. */
export const huddle = 'de300000-0000-4000-8000-000000000001';
export const huddleTopic = `conversation/${huddle}`;
/** Who is taken into the huddle and out of it again, all through a run. */
export const guestRole = 'lab';
/** Who is never in it. */
export const outsiderRole = 'receptionist';

const unitTopics = units.flatMap((unit) => [`unit/${unit}/beds`, `unit/${unit}/alerts`]);
const departmentTopics = departments.map((department) => `department/${department}/appointments`);
const openTopics = [
  'facility/rgh/availability',
  'facility/crisis/availability',
  'facility/rgh/census',
  'network/availability',
];
const paymentTopics = ['org/demo/payments'];

const staff = {
  often: unitTopics,
  also: [...departmentTopics, huddleTopic, ...openTopics],
};
/** Who follows, what each follows a good deal of, and some of what else; the first clients are the first of these. */
const followings = {
  nurse: staff,
  command_center: staff,
  accountant: { often: paymentTopics, also: openTopics },
  clinician: staff,
  [guestRole]: { often: [huddleTopic], also: openTopics },
  logistics: staff,
  admin: { often: paymentTopics, also: [...departmentTopics, ...openTopics] },
  patient: { often: [], also: [] },
  [outsiderRole]: { often: [huddleTopic, ...departmentTopics], also: openTopics },
};
export const followingRoles = [
  ...['nurse', 'command_center', 'clinician', 'logistics', 'accountant', guestRole],
  ...['nurse', 'command_center', 'admin', 'clinician', 'patient', outsiderRole],
];

/** In whose names anything is done at all. */
export const allRoles = [...new Set([...followingRoles, 'provider'])];

/** The account of the demo that holds a role. */
export function accountOf(role) {
  return `demo-${role.replace('_', '-')}`;
}

/** The topic of what concerns the person of a role alone. */
export function ownTopic(role) {
  return `user/${accountOf(role)}`;
}

const ownTopics = Object.keys(followings).map(ownTopic);

export const topics = [
  ...unitTopics,
  ...departmentTopics,
  huddleTopic,
  ...paymentTopics,
  ...openTopics,
  ...ownTopics,
];
export const allUnits = units;

/** Some topics for a client, by its role. */
export function drawTopics(role, random) {
  const { often, also } = followings[role];
  // Somebody always knocks who may not come in, and somebody who may at times.
  return [
    ...random.some(often, random.whole(4, 7)),
    ...random.some(also, random.whole(2, 4)),
    ...(random.chance(0.5) || often.length === 0 ? [ownTopic(role)] : []),
  ];
}

const twoViews = { clinical: 'nurse', operational: 'command_center' };
const viewsByKind = {
  'unit/beds': twoViews,
  'unit/alerts': twoViews,
  'department/appointments': twoViews,
  conversation: { clinical: 'nurse' },
  'org/payments': { full: 'accountant' },
  'facility/availability': { public: 'nurse' },
  'facility/census': { public: 'nurse' },
};
/** Who sees a topic with patients' names, where there are two views of it. */
const clinicalRoles = {
  'unit/beds': ['nurse', 'clinician', 'admin'],
  'unit/alerts': ['nurse', 'clinician', 'admin'],
  'department/appointments': ['nurse', 'clinician', 'admin', outsiderRole],
};

function kindOf(topic) {
  const [family, , rest] = topic.split('/');
  return rest === undefined ? family : `${family}/${rest}`;
}

/** The views of a topic, the fullest first, and in whose name the campaign looks at each. */
export function viewsOf(topic) {
  if (topic === 'network/availability') return { public: 'nurse' };
  const [family, id] = topic.split('/');
  if (family === 'user') return { own: Object.keys(followings).find((role) => accountOf(role) === id) };
  return viewsByKind[kindOf(topic)];
}

/** The view in which a role sees a topic. */
export function viewFor(role, topic) {
  const [fullest, lesser] = Object.keys(viewsOf(topic));
  if (lesser === undefined) return fullest;
  return clinicalRoles[kindOf(topic)].includes(role) ? fullest : lesser;
}

/** Whether somebody may learn from a topic in a view who a patient is, or what people say to each other. */
export function mayTellWho(topic, view) {
  if (view === 'own') return topic === ownTopic('patient');
  return view === 'clinical' || view === 'full';
}

/** Whether one sees a topic only as long as one is in it. */
export function isForMembers(topic) {
  return topic.startsWith('conversation/');
}

/** What of a topic's log no command has appended: it is computed from other topics. */
export function isDerived({ type, data }) {
  const computed = ['facility.census-changed', 'network.availability-changed', 'own.conversation-noted'];
  return computed.includes(type) || (type === 'own.removed' && data?.kind === 'conversation');
}
