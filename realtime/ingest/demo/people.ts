import type { Random } from './random.ts';

/** A fictional patient. `birthDate` is `YYYY-MM-DD`. */
export type Person = { mrn: string; family: string; given: string; birthDate: string; sex: 'F' | 'M' };

const english = {
  families: [
    ...[
      'Adler',
      'Bennett',
      'Calloway',
      'Dawson',
      'Ellery',
      'Fairbanks',
      'Garrick',
      'Holloway',
      'Ivers',
      'Jessop',
    ],
    ...[
      'Kendrick',
      'Lockwood',
      'Merriman',
      'Norwood',
      "O'Hara",
      'Prescott',
      'Quimby',
      'Ramsey',
      'Sutton',
      'Thorne',
    ],
    ...['Underhill', 'Vance', 'Whitaker', 'Yardley'],
  ],
  F: [
    'Agnes',
    'Beatrice',
    'Clara',
    'Dorothy',
    'Eleanor',
    'Frances',
    'Grace',
    'Helen',
    'Iris',
    'Josephine',
    'Ruth',
  ],
  M: [
    'Albert',
    'Bernard',
    'Charles',
    'Desmond',
    'Edwin',
    'Francis',
    'George',
    'Harold',
    'Isaac',
    'Joseph',
    'Walter',
  ],
};

const vietnamese = {
  families: [
    'Nguyễn',
    'Trần',
    'Lê',
    'Phạm',
    'Hoàng',
    'Huỳnh',
    'Phan',
    'Vũ',
    'Võ',
    'Đặng',
    'Bùi',
    'Đỗ',
    'Hồ',
    'Ngô',
  ],
  F: [
    'Thị Lan',
    'Thị Hương',
    'Ngọc Ánh',
    'Thu Hà',
    'Minh Châu',
    'Thanh Thảo',
    'Bích Ngọc',
    'Kim Liên',
    'Mỹ Duyên',
  ],
  M: [
    'Văn Hùng',
    'Minh Đức',
    'Quốc Bảo',
    'Thành Long',
    'Hữu Phước',
    'Đình Khôi',
    'Anh Tuấn',
    'Gia Huy',
    'Xuân Trường',
  ],
};

/** Gives a fictional patient with this medical record number, between 1 and 95 years old in `year`. */
export function inventPerson(random: Random, mrn: string, year: number): Person {
  const names = random.chance(0.5) ? english : vietnamese;
  const sex = random.chance(0.5) ? 'F' : 'M';
  // Hospital beds hold the old more than the young.
  const age = random.chance(0.7) ? random.between(50, 95) : random.between(1, 49);
  const month = String(random.between(1, 12)).padStart(2, '0');
  const day = String(random.between(1, 28)).padStart(2, '0');
  return {
    mrn,
    family: random.pick(names.families),
    given: random.pick(names[sex]),
    birthDate: `${year - age}-${month}-${day}`,
    sex,
  };
}
