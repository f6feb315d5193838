import { isDeepStrictEqual } from 'node:util';
import { keyOf } from './fold.mjs';

/** What of a bed has to be the same. Pseudonyms are the server's own; versions count its events. */
function shown({ operationalStatus, closure, claim, turnaround, isolation, occupant, heard, asOf }) {
  return JSON.parse(
    JSON.stringify({
      operationalStatus,
      closure,
      claim: claim && { status: claim.status, visit: claim.visit, at: claim.at, until: claim.until },
      turnaround: turnaround && {
        kind: turnaround.kind,
        status: turnaround.status,
        requestedAt: turnaround.requestedAt,
        startedAt: turnaround.startedAt,
        endedAt: turnaround.endedAt,
      },
      isolation,
      occupant: occupant && {
        since: occupant.since,
        visit: occupant.visit,
        patient: occupant.patient,
        leave: occupant.leave,
        before: occupant.before,
      },
      heard,
      asOf,
    }),
  );
}

/**
 * Where the board is not what the fold says, in words.
 * @param {{ beds: readonly any[], alerts: Readonly<Record<string, any>> }} board
 * @param {ReturnType<import('./fold.mjs').createFold>} fold
 */
export function differences(board, fold) {
  /** @type {string[]} */
  const found = [];
  const subjects = new Map();
  for (const bed of board.beds) {
    const expected = fold.beds.get(keyOf(bed.location));
    const [is, should] = [shown(bed), shown(expected)];
    for (const axis of Object.keys({ ...is, ...should })) {
      if (!isDeepStrictEqual(is[axis], should[axis]))
        found.push(
          `${bed.id} ${axis}: ${JSON.stringify(is[axis])} instead of ${JSON.stringify(should[axis])}`,
        );
    }
    const { subject, patient } = bed.occupant ?? {};
    if (subject === undefined || patient === undefined) continue;
    // One patient, one pseudonym.
    const key = fold.patientKey(patient);
    if ((subjects.get(key) ?? subject) !== subject) found.push(`${bed.id}: two pseudonyms of one patient`);
    subjects.set(key, subject);
  }
  for (const id of new Set([...Object.keys(board.alerts), ...fold.alerts.keys()])) {
    const is = board.alerts[id];
    const should = fold.alerts.get(id);
    if (is === undefined || should === undefined)
      found.push(`alert ${id}: ${is === undefined ? 'not raised' : 'raised'}`);
    else if (is.visit !== should.visit)
      found.push(`alert ${id}: of visit ${is.visit} instead of ${should.visit}`);
  }
  return found;
}

/** Each way to spoil a board that the comparison must find. */
const spoilings = {
  'an occupant who is another': (bed) => bed.occupant && { occupant: { ...bed.occupant, visit: 'X' } },
  'a patient of another number': (bed) =>
    bed.occupant?.patient && {
      occupant: { ...bed.occupant, patient: { ...bed.occupant.patient, mrn: 'X' } },
    },
  'a bed that was left unseen': (bed) => bed.occupant && { operationalStatus: 'U', occupant: undefined },
  'a leave that was not told': (bed) =>
    bed.occupant?.leave && { occupant: { ...bed.occupant, leave: undefined } },
  'a cleaning that nobody asked for': (bed) =>
    bed.operationalStatus === 'U' && {
      turnaround: { kind: 'cleaning', status: 'requested', requestedAt: bed.asOf },
    },
  'an age that is wrong': (bed) => bed.heard && { asOf: '2000-01-01T00:00:00.000Z' },
};

/**
 * The spoilings of a good board that went unfound: there should be none.
 * @param {{ beds: readonly any[], alerts: Readonly<Record<string, any>> }} board
 * @param {ReturnType<import('./fold.mjs').createFold>} fold
 */
export function unfound(board, fold) {
  const missed = Object.entries(spoilings).filter(([, spoil]) => {
    const at = board.beds.findIndex((bed) => spoil(bed));
    if (at === -1) return false;
    const beds = board.beds.with(at, { ...board.beds[at], ...spoil(board.beds[at]) });
    return differences({ ...board, beds }, fold).length === 0;
  });
  const [, ...fewer] = Object.entries(board.alerts);
  const missedAlert =
    fold.alerts.size > 0 && differences({ ...board, alerts: Object.fromEntries(fewer) }, fold).length === 0;
  return [...missed.map(([name]) => name), ...(missedAlert ? ['an alert that was not raised'] : [])];
}
