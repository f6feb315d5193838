import { type CharacterSet, encodeText, namesOf } from '../../character-set.ts';
import { type Delimiters, escapeText } from '../../encoding.ts';
import type { Random } from './random.ts';

/** A message that is right, and what must be read of it. */
export type Generated = {
  bytes: Buffer;
  expected: {
    controlId: string;
    mrn: string;
    family: string;
    visit: string;
    pointOfCare: string;
    room: string;
    bed: string;
  };
};

const texts: Readonly<Partial<Record<CharacterSet, string>>> = {
  'UNICODE UTF-8': 'Đỗ Hương 𠮷野 é',
  '8859/1': 'Müller Zoë',
  '8859/2': 'Łukasz Żółć',
  '8859/5': 'Иванова',
  '8859/7': 'Παπάς',
  '8859/9': 'Yıldız',
  '8859/15': 'Œuvré',
  'UTF-16LE': 'Đỗ Hương',
  'UTF-16BE': 'Đỗ Hương',
  'GB 18030-2000': '张伟功',
  'BIG-5': '陳功育',
  'KS X 1001': '김철수',
  'ISO IR87': '山田',
};
const sets: [CharacterSet, ...CharacterSet[]] = [
  'ASCII',
  'ASCII',
  'UNICODE UTF-8',
  'UNICODE UTF-8',
  ...(['8859/1', '8859/2', '8859/5', '8859/7', '8859/9', '8859/15'] as const),
  'UTF-16LE',
  'UTF-16BE',
  'GB 18030-2000',
  'BIG-5',
  'KS X 1001',
  'ISO IR87',
];
const versions: [string, ...string[]] = [
  ...(['2.1', '2.2', '2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.6', '2.7', '2.8', '2.8.2'] as const),
];
const signs = '!#$%*,/:;<=>?@[]_`{}|^~&\\';

/** Any legal delimiters; where others than usual, as few as the message needs. */
function delimitersOf(random: Random): Delimiters {
  if (!random.once(4)) {
    return { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' };
  }
  const left = [...signs];
  const take = (): string => left.splice(random.below(left.length), 1)[0] ?? '|';
  return { field: take(), component: take(), repetition: take(), escape: take(), subcomponent: take() };
}

/** Gives a message about a stay: any version, delimiters and set, with escapes, repetitions and foreign segments. */
export function generate(random: Random): Generated {
  const set = random.pick(sets);
  const delimiters = delimitersOf(random);
  const { field, component, repetition, escape: mark = '', subcomponent = '' } = delimiters;
  const word = (): string => {
    const length = 1 + random.below(6);
    return Array.from({ length }, () => random.pick(['A', 'b', '7', 'Q', '0', 'z'])).join('');
  };
  const spiced = (): string =>
    random.once(3) ? `${word()}${random.pick(['|', '^', '~', '&', '\\', ' '])}${word()}` : word();
  const family = `${texts[set] ?? 'Holloway'}${random.once(2) ? ` ${spiced()}` : ''}`;
  const expected = {
    controlId: word() + random.below(1e9),
    ...{ mrn: spiced(), family, visit: spiced(), pointOfCare: word(), room: word(), bed: word() },
  };
  const safe = (text: string): string => escapeText(text, delimiters);
  const components = (...all: string[]): string => all.map(safe).join(component);
  const trigger = random.pick(['A01', 'A02', 'A03', 'A04', 'A08', 'A11', 'A13']);
  const names = namesOf(set);
  const fields = (...all: string[]): string => all.join(field);
  const lines = [
    fields(
      ...[
        'MSH',
        `${component}${repetition}${mark}${subcomponent}`,
        'ADTSYS',
        'NORTH',
        '',
        '',
        '20260131083000',
        '',
      ],
      ...[`ADT${component}${trigger}`, expected.controlId, 'P', random.pick(versions), '', ''],
      ...['', '', '', names.repetitions.map(safe).join(repetition), '', safe(names.scheme)],
    ),
    fields('EVN', trigger, '20260131082500'),
    ...(random.once(3)
      ? [
          fields(
            'ZPI',
            word(),
            spiced().replace(/./g, (sign) => safe(sign)),
          ),
        ]
      : []),
    fields(
      ...[
        'PID',
        '1',
        '',
        [components(expected.mrn, '', '', 'NORTH', 'MR'), components(word())].join(repetition),
      ],
      ...['', components(expected.family, word()), '', '19480312', 'F'],
    ),
    ...(random.once(3) ? [fields('NK1', '1', components(word(), word()))] : []),
    fields(
      ...['PV1', '1', 'I', components(expected.pointOfCare, expected.room, expected.bed, 'NORTH')],
      ...new Array<string>(15).fill(''),
      safe(expected.visit),
    ),
  ];
  const end = set.startsWith('UTF-16') ? '\r' : random.pick(['\r', '\r', '\r\n', '\n']);
  const text = lines.map((line) => line + end).join('');
  return { bytes: encodeText(text, set) ?? Buffer.alloc(0), expected };
}
