/**
 * Which patients turned out to be one: a graph of numbers, and who in it is left. Patients are compared by the number that
 * survives and who gave it out.
 */
export function createMergedPatients() {
  /** From each number to those it went into. @type {Map<string, Map<string, { at: string, patient: any }>>} */
  const into = new Map();

  const keyOf = ({ mrn, assigner }) => `${assigner}|${mrn}`;
  const ways = () =>
    [...into].flatMap(([gone, targets]) =>
      [...targets].map(([left, { at, patient }]) => ({ gone, left, at, patient })),
    );

  function survivor(key) {
    const group = new Set([key]);
    const edges = ways();
    for (let before = 0; before < group.size; ) {
      before = group.size;
      for (const { gone, left } of edges) {
        if (group.has(gone) || group.has(left)) group.add(gone).add(left);
      }
    }
    const inside = edges.filter(({ gone }) => group.has(gone));
    if (inside.length === 0) return undefined;
    const ends = inside.filter(({ left }) => !into.has(left));
    return (ends.length > 0 ? ends : inside).reduce((best, edge) => (best.at >= edge.at ? best : edge));
  }

  return {
    survivorKey: (patient) => survivor(keyOf(patient))?.left ?? keyOf(patient),
    /** What A40 says. */
    state(message, at) {
      const survivors = message.all('PID');
      message.all('MRG').forEach((row, index) => {
        const patient = readPatient(survivors[index]);
        const gone = keyOf(readNumber(row[1]));
        const left = keyOf(patient);
        if (gone === left) return;
        const known = into.get(gone) ?? into.set(gone, new Map()).get(gone);
        if ((known?.get(left)?.at ?? '') <= at) known?.set(left, { at, patient });
      });
    },
    /** Who a message says a patient is: of those who were merged, what was said of the survivor. */
    stated(pid) {
      const patient = readPatient(pid);
      return { ...patient, ...survivor(keyOf(patient))?.patient };
    },
    /** Who somebody the board knew has become. */
    carried(patient) {
      const end = survivor(keyOf(patient));
      return end === undefined || end.left === keyOf(patient) ? patient : end.patient;
    },
  };
}

function readNumber(list) {
  const all = list.split('~').map((one) => one.split('^'));
  const [mrn, , , assigner] = all.find((parts) => parts[4] === 'MR') ?? all[0];
  return { mrn, assigner };
}

function readPatient(pid) {
  const [family, given] = pid[5].split('^');
  const birthDate = pid[7].replace(/(....)(..)(..)/, '$1-$2-$3');
  return { ...readNumber(pid[3]), family, given, birthDate, sex: pid[8] };
}
