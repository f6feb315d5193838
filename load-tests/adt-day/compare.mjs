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
