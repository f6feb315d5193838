import { mark } from './identity.mjs';

/**
 * The work of one person: several beds at once, each through one of a few courses of what happens to beds.
 * A command comes with what its event must be: type, topic, and words that no other event has.
 * @param {{
 *   name: string, random: import('./random.mjs').Random, beds: readonly { unit: string, id: string }[],
 *   openAlerts: (unit: string) => { id: string, status: string }[],
 * }} options
 */
export function createBedWork({ name, random, beds, openAlerts }) {
  let count = 0;
  /** @type {{ bed: { unit: string, id: string }, steps: any[] }[]} */
  const underWay = [];

  const courses = {
    held: () => {
      const visit = newMark('V');
      return [
        ['bed.claim', 'bed.claimed', { minutes: 600, visit }, visit],
        ['bed.release', 'bed.claim-released'],
      ];
    },
    stay: () => {
      const visit = newMark('V');
      const patient = {
        mrn: newMark('M'),
        assigner: 'RGH',
        family: newMark('F'),
        given: newMark('G'),
        birthDate: '1950-01-31',
        sex: random.pick(['F', 'M']),
      };
      return [
        ['bed.occupy', 'bed.occupied', { visit, patient }, patient.mrn],
        ['bed.vacate', 'bed.vacated', { leaves: random.pick(['H', 'K']) }],
        ...cleaned,
      ];
    },
    cleaning: () => [
      ['bed.request-turnaround', 'bed.turnaround-requested', { kind: 'cleaning', priority: 'urgent' }],
      ...cleaned,
    ],
    closed: () => {
      const reason = newMark('reason').replace(mark, 'Repair');
      return [
        ['bed.close', 'bed.closed', { reason }, reason],
        ['bed.open', 'bed.opened'],
      ];
    },
    isolated: () => [
      ['bed.isolate', 'bed.isolated', { precaution: random.pick(['contact', 'droplet', 'airborne']) }],
      ['bed.end-isolation', 'bed.isolation-ended'],
    ],
  };
  const cleaned = [
    ['bed.advance-turnaround', 'bed.turnaround-advanced', { to: 'in-progress' }],
    ['bed.advance-turnaround', 'bed.turnaround-advanced', { to: 'completed' }],
  ];

  function newMark(kind) {
    count += 1;
    return `${mark}${kind}${name}x${count}`;
  }

  function answerAlert() {
    const unit = random.pick(beds).unit;
    const alerts = openAlerts(unit);
    if (alerts.length === 0) return undefined;
    const { id, status } = random.pick(alerts);
    const takesUp = status === 'raised' && random.chance(0.5);
    return {
      type: takesUp ? 'alert.acknowledge' : 'alert.resolve',
      event: takesUp ? 'alert.acknowledged' : 'alert.resolved',
      topic: `unit/${unit}/alerts`,
      data: { unit, alert: id },
      words: undefined,
      done: () => undefined,
    };
  }

  return {
    /** The next command; `done` says whether it was carried out. */
    next() {
      const answer = random.chance(0.15) ? answerAlert() : undefined;
      if (answer !== undefined) return answer;
      while (underWay.length < 4) {
        const steps = courses[random.pick(Object.keys(courses))]();
        underWay.push({ bed: random.pick(beds), steps });
      }
      const course = random.pick(underWay);
      const [type, event, data, words] = course.steps.shift();
      return {
        type,
        event,
        topic: `unit/${course.bed.unit}/beds`,
        data: { bed: course.bed.id, ...data },
        words,
        done(carriedOut) {
          // Somebody else, or the feed, was there first: something else is begun.
          if (!carriedOut || course.steps.length === 0) underWay.splice(underWay.indexOf(course), 1);
        },
      };
    },
  };
}
