const families = [
  'Nguyễn',
  'Trần',
  'Okafor',
  'Silva',
  'Müller',
  'Haddad',
  'Kowalska',
  'Ito',
  'Dubois',
  'Ngata',
];
const givens = ['Lan', 'Minh', 'Ada', 'João', 'Jörg', 'Salma', 'Ewa', 'Kenji', 'Zoé', 'Aroha'];

/**
 * An invented patient with a record number of their own.
 * @param {import('../faults/random.mjs').Random} random
 * @param {string} mrn
 */
export function inventPatient(random, mrn) {
  return {
    mrn,
    assigner: 'DAY',
    family: random.pick(families),
    given: random.pick(givens),
    birth: `19${random.whole(20, 99)}0${random.whole(1, 9)}${random.whole(10, 28)}`,
    sex: random.pick(['F', 'M', 'O', 'U']),
  };
}

/** PID-3, sometimes among other numbers of theirs. @param {any} patient @param {boolean} amongOthers */
export function numberText({ mrn, assigner }, amongOthers) {
  const own = `${mrn}^^^${assigner}^MR`;
  return amongOthers ? `S${mrn}^^^SSA^SS~${own}` : own;
}
