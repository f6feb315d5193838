import { createRandom } from '../faults/random.mjs';
import { placeText, segment, timeOf } from './hl7.mjs';
import { createHospital } from './hospital.mjs';
import { inventPatient, numberText } from './people.mjs';

const dayMs = 24 * 3_600_000;
const hourMs = 3_600_000;

/** How often each trigger event is told, of a hundred; what cannot be told at the moment becomes an update. */
const shares = {
  A01: 12,
  A02: 9,
  A03: 12,
  A04: 4,
  A05: 4,
  A06: 2,
  A07: 2,
  A08: 18,
  A11: 2,
  A12: 2,
  A13: 2,
  A17: 2,
  A20: 22,
  A21: 3,
  A22: 2,
  A40: 2,
};
const urn = Object.entries(shares).flatMap(([trigger, share]) =>
  Array.from({ length: share }, () => trigger),
);

/**
 * A day of one hospital's ADT messages in the order in which they are sent: the same options give the same day. Most of it
 * is true; some names the wrong bed or one that there is not, some comes late, and some is said twice, under the same
 * control id or another.
 * @param {{ beds: readonly any[], seed: string | number, count: number, startMs: number, name: string, facility: string }} options
 * @returns {{ message: string, trigger: string }[]}
 */
export function createDay({ beds, seed, count, startMs, name, facility }) {
  const random = createRandom(`adt day ${seed}`);
  const hospital = createHospital(beds, random);
  /** @type {{ order: number, message: string, trigger: string }[]} */
  const sent = [];
  const clinic = { pointOfCare: 'CLINIC', room: 'W1', bed: '', facility };
  /** Numbers that had to do with a merge. @type {Set<string>} */
  const merged = new Set();
  let people = 0;
  let controls = 0;

  const newPatient = () => {
    people += 1;
    return inventPatient(random, `${name}M${people}`);
  };
  const newStay = (patient = newPatient()) => {
    people += 1;
    return { visit: `${name}V${people}`, patient, bed: undefined, before: undefined };
  };
  const pid = (patient, set = 1) =>
    segment('PID', {
      1: `${set}`,
      3: numberText(patient, random.chance(0.2)),
      5: `${patient.family}^${patient.given}`,
      7: patient.birth,
      8: patient.sex,
    });
  const pv1 = (stay, place, from) =>
    segment('PV1', {
      1: '1',
      2: 'I',
      3: placeText(place),
      6: from === undefined ? '' : placeText(from),
      19: stay.visit,
    });

  function send(trigger, at, segments, { happened = at } = {}) {
    controls += 1;
    const controlId = `${name}-${controls}`;
    const render = (id) =>
      [
        `MSH|^~\\&|DEMO|RGH|CAREWALL|RGH|${timeOf(at)}||ADT^${trigger}|${id}|P|${random.pick(['2.3', '2.4', '2.5.1', '2.8'])}||||||UNICODE UTF-8`,
        segment('EVN', { 2: timeOf(at), 6: timeOf(happened) }),
        ...segments,
      ]
        .map((row) => `${row}\r`)
        .join('');
    const message = render(controlId);
    const late = random.chance(0.03) ? random.whole(3, 90) : 0;
    const order = controls + late + 0.5;
    sent.push({ order, message, trigger });
    if (random.chance(0.012)) sent.push({ order: order + random.whole(1, 60), message, trigger });
    if (random.chance(0.008))
      sent.push({ order: order + random.whole(1, 60), message: render(`${controlId}-AGAIN`), trigger });
  }

  const tell = {
    A01: (at) => {
      const bed = random.chance(0.05) ? clinic : hospital.bedFor();
      if (bed === undefined || hospital.share() > 0.93) return false;
      const planned = hospital.any((stay) => stay.expected === true && stay.bed === undefined);
      const stay = planned ?? newStay();
      if (planned === undefined) hospital.begin(stay);
      stay.expected = false;
      stay.began = at;
      if (bed !== clinic) hospital.put(stay, bed);
      send('A01', at, [pid(stay.patient), pv1(stay, bed)]);
      return true;
    },
    A02: (at) => {
      const stay = hospital.any(({ bed }) => bed !== undefined);
      const to = random.chance(0.06) ? clinic : hospital.bedFor();
      if (stay === undefined || to === undefined) return false;
      const from = stay.bed;
      stay.moved = at;
      if (to === clinic) hospital.leave(stay);
      else hospital.put(stay, to);
      send('A02', at, [pid(stay.patient), pv1(stay, to, random.chance(0.9) ? from : undefined)]);
      return true;
    },
    A03: (at) => {
      const stay = hospital.any(({ bed }) => bed !== undefined);
      // The fuller the hospital, the more of them go home.
      if (stay === undefined || random.next() > 0.2 + hospital.share()) return false;
      const bed = random.chance(0.03) ? random.pick(beds) : random.chance(0.03) ? clinic : stay.bed;
      stay.ended = at;
      hospital.end(stay);
      send('A03', at, [pid(stay.patient), pv1(stay, bed)]);
      return true;
    },
    A04: (at) => {
      const stay = newStay();
      hospital.begin(stay);
      const bed = random.chance(0.3) ? hospital.bedFor() : undefined;
      if (bed !== undefined) hospital.put(stay, bed);
      send('A04', at, [pid(stay.patient), pv1(stay, bed ?? clinic)]);
      return true;
    },
    A05: (at) => {
      const bed = random.chance(0.15) ? clinic : hospital.bedFor();
      if (bed === undefined) return false;
      const stay = newStay();
      stay.expected = true;
      hospital.begin(stay);
      const expected = at + random.whole(6, 40) * hourMs;
      const visit2 = random.chance(0.8) ? [segment('PV2', { 8: timeOf(expected) })] : [];
      // Without an expected admission a plan is a day's: that must not end while the day is played.
      if (visit2.length === 0 && at < startMs + dayMs / 2) return false;
      send('A05', at, [pid(stay.patient), pv1(stay, bed), ...visit2]);
      return true;
    },
    A06: (at) => {
      const stay = hospital.any(({ bed, expected }) => bed === undefined && expected !== true);
      const bed = hospital.bedFor();
      if (stay === undefined || bed === undefined) return false;
      hospital.put(stay, bed);
      send('A06', at, [pid(stay.patient), pv1(stay, bed)]);
      return true;
    },
    A07: (at) => {
      const stay = hospital.any(({ bed }) => bed !== undefined);
      if (stay === undefined) return false;
      const stays = random.chance(0.3);
      const place = stays ? stay.bed : clinic;
      if (!stays) hospital.leave(stay);
      send('A07', at, [pid(stay.patient), pv1(stay, place)]);
      return true;
    },
    A08: (at) => {
      const stay = hospital.any(() => true);
      if (stay === undefined) return false;
      if (random.chance(0.4)) stay.patient = { ...stay.patient, given: `${stay.patient.given} ${people}` };
      const bed = random.chance(0.03) ? random.pick(beds) : (stay.bed ?? clinic);
      send('A08', at, [pid(stay.patient), pv1(stay, bed)]);
      return true;
    },
    A11: (at) => {
      const stay = hospital.any(({ bed, began }) => bed !== undefined && began > at - 4 * hourMs);
      if (stay === undefined) return false;
      const { bed, began } = stay;
      hospital.end(stay);
      send('A11', at, [pid(stay.patient), pv1(stay, bed)], { happened: began });
      return true;
    },
    A12: (at) => {
      const stay = hospital.any(({ bed, before, moved }) => bed && before && moved > at - 4 * hourMs);
      if (stay === undefined) return false;
      const { bed: from, before: to, moved } = stay;
      hospital.put(stay, to);
      send('A12', at, [pid(stay.patient), pv1(stay, to, from)], { happened: moved });
      return true;
    },
    A13: (at) => {
      const stay = hospital.gone.pop();
      if (stay?.before === undefined || stay.ended === undefined) return false;
      hospital.begin(stay);
      hospital.put(stay, stay.before);
      send('A13', at, [pid(stay.patient), pv1(stay, stay.bed)], { happened: stay.ended });
      return true;
    },
    A17: (at) => {
      const one = hospital.any(({ bed }) => bed !== undefined);
      const other = hospital.any(({ bed }) => bed !== undefined && bed !== one?.bed);
      if (one === undefined || other === undefined) return false;
      hospital.swap(one, other);
      send('A17', at, [pid(one.patient), pv1(one, one.bed), pid(other.patient, 2), pv1(other, other.bed)]);
      return true;
    },
    A20: (at) => {
      const cleaned = random.chance(0.75) ? hospital.dirty[0] : undefined;
      const bed = cleaned ?? random.pick(beds);
      const status =
        cleaned === undefined
          ? random.pick(['I', 'I', 'U', 'H', 'K', 'C', 'O'])
          : random.pick(['U', 'U', 'U', 'K']);
      if (cleaned !== undefined && status === 'U') hospital.dirty.shift();
      const unknown = random.chance(0.01) ? { ...bed, bed: '99' } : bed;
      send('A20', at, [segment('NPU', { 1: placeText(unknown), 2: status })]);
      return true;
    },
    A21: (at) => {
      const stay = hospital.any(({ bed, away }) => bed !== undefined && away !== true);
      if (stay === undefined) return false;
      stay.away = true;
      const back = random.chance(0.6)
        ? [segment('PV2', { 47: timeOf(at + random.whole(2, 60) * hourMs) })]
        : [];
      send('A21', at, [pid(stay.patient), pv1(stay, random.chance(0.1) ? clinic : stay.bed), ...back]);
      return true;
    },
    A22: (at) => {
      const stay = hospital.any(({ bed, away }) => bed !== undefined && away === true);
      if (stay === undefined) return false;
      stay.away = false;
      send('A22', at, [pid(stay.patient), pv1(stay, stay.bed)]);
      return true;
    },
    A40: (at) => {
      const groups = random.chance(0.15) ? 2 : 1;
      const segments = [];
      for (let group = 1; group <= groups; group += 1) {
        // Two merges of one message are of people who had nothing to do with each other: which is the newer one nobody says.
        const stay = hospital.any(({ patient }) => group === 1 || !merged.has(patient.mrn));
        if (stay === undefined) return false;
        const other = hospital.any(({ patient }) => patient.mrn !== stay.patient.mrn);
        // Into a number nobody has heard of, or into another patient's who is here.
        const survivor =
          group === 1 && other !== undefined && random.chance(0.4)
            ? other.patient
            : { ...stay.patient, mrn: newPatient().mrn };
        merged.add(stay.patient.mrn).add(survivor.mrn);
        segments.push(pid(survivor, group), segment('MRG', { 1: numberText(stay.patient, false) }));
        // Some go on to write the old number.
        if (random.chance(0.5)) stay.patient = survivor;
      }
      send('A40', at, segments);
      return true;
    },
  };

  for (let step = 0; step < count; step += 1) {
    const at = startMs + Math.floor((step * dayMs) / count);
    if (!tell[random.pick(urn)](at) && !tell.A08(at)) tell.A20(at);
  }
  return sent
    .toSorted((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ message, trigger }) => ({ message, trigger }));
}
