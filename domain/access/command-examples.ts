/** Somebody of the demo hospital whose roles come and go. */
export const locum = 'demo-locum';
/** What makes an invitation. */
export const invite = (invitation: string) => ({
  type: 'account.invite',
  data: {
    invitation,
    email: `${invitation}@riverside.example`,
    name: 'Thu Dang',
    language: 'vi',
    roles: [{ role: 'nurse', place: '4w' }],
  },
});
/** What puts a request into its queue. */
export const enter = (request: string) => ({
  type: 'request.enter',
  data: {
    request,
    kind: 'clinician',
    name: 'An Vu',
    email: `${request}@riverside.example`,
    language: 'en',
    application: { profession: 'Physician', registration: '004511', workplace: 'Riverside General' },
    askedAt: '2026-03-01T08:00:00.000Z',
  },
});
/** What gives a system a key. */
export const issue = (key: string) => ({
  type: 'key.issue',
  data: {
    key,
    name: 'Bed report',
    role: 'command_center',
    place: 'rgh',
    topics: ['unit/*/beds'],
    commands: [],
    view: 'operational',
    days: 90,
  },
});

/** Each command about accounts: its data, the right it asks for, an example. What gives a right asks for a fresh proof. */
