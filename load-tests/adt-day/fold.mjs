import { momentOf, readMessage } from './hl7.mjs';
import { createMergedPatients } from './merged-patients.mjs';

/*
 * What a board must show after a day of ADT messages, written from the rules that the documentation states and from
 * nothing of the server's: one message after the other, each bed an object that is changed in place.
 */

const dirty = (status) => status === 'H' || status === 'K';
const isLive = (task) => task !== undefined && !['completed', 'cancelled', 'failed'].includes(task.status);

/**
 * @param {readonly any[]} start the beds as the board has them before the first message
 * @param {string} feed the id of the feed
 */
export function createFold(start, feed) {
  const beds = new Map(start.map((bed) => [keyOf(bed.location), structuredClone(bed)]));
  /** What is known of each visit: when it was last moved, described, planned, and what it left. @type {Map<string, any>} */
  const visits = new Map();
  const merged = createMergedPatients();
  /** @type {Map<string, { visit?: string }>} */
  const alerts = new Map();
  /** @type {Set<string>} */
  const taken = new Set();
  let at = '';

  const visitOf = (number) => visits.get(number) ?? visits.set(number, {}).get(number);
  const bedOf = (number) => [...beds.values()].find(({ occupant }) => occupant?.visit === number);
  const isLate = (bed) => bed !== undefined && (bed.heard?.[feed] ?? '') > at;
  const raise = (bed, reason, visit) =>
    alerts.set(`${bed.id}.${reason}`, visit === undefined ? {} : { visit });

  /** The feed said something of the bed: what is undefined is gone from it. */
  function say(bed, changes = {}) {
    Object.assign(bed, changes, { asOf: at, heard: { ...bed.heard, [feed]: at } });
  }
  const cleaning = ({ turnaround }) =>
    turnaround?.kind === 'cleaning' && isLive(turnaround)
      ? turnaround
      : { kind: 'cleaning', status: 'requested', requestedAt: at };
  const uncleaned = ({ turnaround }, status) =>
    turnaround?.kind === 'cleaning' && isLive(turnaround)
      ? { turnaround: { ...turnaround, status, endedAt: at } }
      : {};
  function vacate(bed, visit) {
    visit.left = { bed: bed.id, since: bed.occupant.since, at };
    say(bed, { operationalStatus: 'H', occupant: undefined, turnaround: cleaning(bed) });
  }
  function takeBack(bed) {
    const { operationalStatus = 'U', closure } = bed.occupant.before ?? {};
    const turnaround = dirty(operationalStatus) ? cleaning(bed) : bed.turnaround;
    say(bed, { operationalStatus, closure, turnaround, occupant: undefined });
  }
  function dropPlans(number, but) {
    for (const bed of beds.values()) {
      const isPlan = bed.claim?.status === 'planned' && bed.claim.visit === number;
      if (isPlan && bed !== but && !isLate(bed)) bed.claim = undefined;
    }
  }

  /** Visits are where they are said to be. */
  function arrive(stays, { expected, leave, undoes }) {
    for (const stay of stays) stay.now = bedOf(stay.number);
    if (stays.some(({ now, to }) => isLate(now) || isLate(to))) {
      const [only] = stays;
      if (
        stays.length === 1 &&
        only.to !== undefined &&
        only.now !== undefined &&
        only.now !== only.to &&
        !isLate(only.now)
      )
        vacate(only.now, only.visit);
      return;
    }
    const filled = stays.map(({ to }) => to);
    const numbers = stays.map(({ number }) => number);
    const before = new Map(filled.map((bed) => [bed, bed && { ...bed }]));
    const lay = new Map(stays.map((stay) => [stay, stay.now?.occupant]));
    for (const stay of stays) {
      const { now, to, visit, from } = stay;
      if (now === undefined || now === to) continue;
      if (!expected) raise(now, 'occupied-elsewhere', now.occupant.visit);
      const wasMistaken = undoes === 'transfer' && (from === undefined || from === now);
      if (filled.includes(now)) visit.left = { bed: now.id, since: now.occupant.since, at };
      else if (wasMistaken) takeBack(now);
      else vacate(now, visit);
    }
    for (const stay of stays) {
      const { to, visit, number, patient } = stay;
      if (to === undefined) continue;
      const was = before.get(to);
      const lies = lay.get(stay);
      const remains = stay.now === to;
      const mine = stay.leftBefore;
      const back =
        undoes !== undefined &&
        mine?.bed === to.id &&
        was.operationalStatus !== 'C' &&
        (was.operationalStatus === 'U' || was.turnaround?.requestedAt === mine.at);
      if (!remains) {
        if (was.occupant !== undefined && !numbers.includes(was.occupant.visit))
          raise(to, 'bed-was-occupied', was.occupant.visit);
        if (was.operationalStatus === 'C') raise(to, 'bed-was-closed');
        if (dirty(was.operationalStatus) && !back) raise(to, 'bed-was-not-clean');
        if (was.claim?.visit !== undefined && was.claim.visit !== number)
          raise(to, 'claim-overruled', was.claim.visit);
      }
      const notReady = dirty(was.operationalStatus) || was.operationalStatus === 'C';
      const found =
        notReady && !back ? { operationalStatus: was.operationalStatus, closure: was.closure } : undefined;
      const away = leave === 'keep' ? lies?.leave : leave;
      const since = remains ? was.occupant.since : back ? mine.since : at;
      say(to, {
        ...uncleaned(to, 'cancelled'),
        operationalStatus: 'O',
        closure: undefined,
        claim: undefined,
        occupant: {
          since,
          visit: number,
          patient,
          leave: away,
          before: remains ? was.occupant.before : found,
        },
      });
      void visit;
    }
  }

  const rules = {
    A01: ([stay]) => settle([stay], { expected: false }),
    A04: ([stay]) => settle([stay], { expected: false }),
    A02: ([stay]) => settle([stay], { expected: true, leave: 'keep' }),
    A06: ([stay]) => settle([stay], { expected: true, leave: 'keep' }),
    A07: ([stay]) => settle([stay], { expected: true, leave: 'keep' }),
    A12: ([stay]) => settle([stay], { expected: true, leave: 'keep', undoes: 'transfer' }),
    A13: ([stay]) => settle([stay], { expected: false, undoes: 'discharge' }),
    A17: (stays) => settle(stays, { expected: true, leave: 'keep' }),
    A21: ([stay], message) => {
      const expectedBack = momentOf(message.field('PV2', 47));
      const leave = { since: at, ...(expectedBack === undefined ? {} : { expectedBack }) };
      arrive([{ ...stay, to: stay.to ?? bedOf(stay.number) }], { expected: false, leave });
    },
    A22: ([stay]) => arrive([{ ...stay, to: stay.to ?? bedOf(stay.number) }], { expected: true }),
    A03: ([{ number, visit, to }]) => {
      const now = bedOf(number);
      if (isLate(now ?? to)) return;
      dropPlans(number);
      if (now !== undefined) {
        if (to !== undefined && to !== now) raise(now, 'discharge-from-another-bed', number);
        vacate(now, visit);
        if (to !== undefined && to !== now && !isLate(to)) say(to);
      } else if (to !== undefined) {
        if (to.occupant?.visit !== undefined) raise(to, 'discharge-of-another-visit', to.occupant.visit);
        say(to);
      }
    },
    A11: ([{ number, to }]) => {
      const now = bedOf(number);
      if (isLate(now ?? to)) return;
      dropPlans(number);
      if (now !== undefined) {
        takeBack(now);
        if (to !== undefined && to !== now && !isLate(to)) say(to);
      } else if (to !== undefined) say(to);
    },
    A05: ([{ number, to }], message) => {
      if (to === undefined || isLate(to) || bedOf(number) !== undefined) return;
      const expected = momentOf(message.field('PV2', 8)) ?? at;
      const until = new Date(Date.parse(expected > at ? expected : at) + 24 * 3_600_000).toISOString();
      dropPlans(number, to);
      const isFree = to.operationalStatus === 'U' && (to.claim === undefined || to.claim.visit === number);
      if (isFree) to.claim = { status: 'planned', visit: number, at, until };
      else raise(to, 'planned-bed-not-free', number);
    },
    A08: ([{ number, patient }]) => {
      const now = bedOf(number);
      if (now !== undefined && !isLate(now)) now.occupant.patient = patient;
    },
  };
  function settle(stays, how) {
    arrive(stays, how);
    for (const { number, to } of stays) if (to !== undefined) dropPlans(number);
  }

  function stateStatus(bed, status) {
    if (isLate(bed)) return;
    if (status === 'I') {
      say(bed, { isolation: bed.isolation ?? { precaution: 'unspecified', since: at } });
      return;
    }
    if (status !== 'U' && bed.claim?.visit !== undefined) raise(bed, 'claim-overruled', bed.claim.visit);
    if (status !== 'O' && bed.occupant?.visit !== undefined)
      raise(bed, 'left-without-discharge', bed.occupant.visit);
    say(bed, {
      turnaround: dirty(status)
        ? cleaning(bed)
        : (uncleaned(bed, status === 'U' ? 'completed' : 'cancelled').turnaround ?? bed.turnaround),
      operationalStatus: status,
      closure: status === 'C' ? (bed.closure ?? { reason: 'Stated by the feed', since: at }) : undefined,
      occupant: status === 'O' ? (bed.occupant ?? { since: at }) : undefined,
      claim: status === 'U' ? bed.claim : undefined,
      isolation: status === 'U' && bed.isolation?.precaution === 'unspecified' ? undefined : bed.isolation,
    });
  }

  /** Of what a message is a statement, for knowing whether it is older than another. */
  const kinds = { A05: 'planned', A08: 'described' };

  return {
    beds,
    alerts,
    patientKey: merged.survivorKey,
    /** One more message: what it is to be answered. @param {string} text @returns {'AA' | 'AE'} */
    take(text) {
      const message = readMessage(text);
      if (taken.has(message.controlId)) return 'AA';
      const { trigger } = message;
      const cancels = ['A11', 'A12', 'A13'].includes(trigger);
      at = momentOf(cancels ? message.field('EVN', 2) : message.field('EVN', 6)) ?? '';
      if (trigger === 'A40') {
        taken.add(message.controlId);
        merged.state(message, at);
        for (const { occupant } of beds.values()) {
          if (occupant?.patient !== undefined) occupant.patient = merged.carried(occupant.patient);
        }
        return 'AA';
      }
      const named = trigger === 'A20' ? [message.field('NPU', 1)] : message.all('PV1').map((row) => row[3]);
      const places = named.map(locationOf);
      if (places.some((place) => place.bed !== '' && !beds.has(keyOf(place)))) return 'AE';
      taken.add(message.controlId);
      if (trigger === 'A20') {
        stateStatus(beds.get(keyOf(places[0])), message.field('NPU', 2));
        return 'AA';
      }
      const stays = message.all('PV1').map((row, index) => {
        const visit = visitOf(row[19]);
        return {
          number: row[19],
          visit,
          leftBefore: visit.left,
          to: beds.get(keyOf(places[index])),
          from: row[6] === '' ? undefined : beds.get(keyOf(locationOf(row[6]))),
          patient: merged.stated(message.all('PID')[index]),
        };
      });
      const kind = kinds[trigger] ?? 'moved';
      const isOld = ({ visit }) => (visit[kind] ?? '') > at || (visit.moved ?? '') > at;
      if (stays.some(isOld)) return 'AA';
      rules[trigger](stays, message);
      for (const { visit } of stays) visit[kind] = at;
      return 'AA';
    },
  };
}

/** @param {{ pointOfCare: string, room: string, bed: string, facility: string }} location */
export function keyOf({ pointOfCare, room, bed, facility }) {
  return [facility, pointOfCare, room, bed].join('/');
}

function locationOf(text) {
  const [pointOfCare, room = '', bed = '', facility = ''] = text.split('^');
  return { pointOfCare, room, bed, facility };
}
