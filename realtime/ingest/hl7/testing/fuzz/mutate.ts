import type { Random } from './random.ts';

const interesting: [number, ...number[]] = [
  ...([0x0d, 0x0a, 0x0b, 0x1c, 0x7c, 0x5e, 0x7e, 0x5c, 0x26, 0x00, 0x1b, 0x22, 0x80, 0xc3, 0xff] as const),
];
const words: [string, ...string[]] = [
  ...([
    'MSH|^~\\&|',
    '\rMSH',
    '\\F\\',
    '\\X41\\',
    '\\XFF\\',
    '\\M2442\\',
    '\\C2842\\',
    '\\C2D41\\',
    '""',
  ] as const),
  ...([
    '\rPID|',
    '\rPV1|',
    '\rNPU|',
    'UNICODE UTF-8',
    '8859/1',
    'BIG-5',
    'GB 18030-2000',
    'UNICODE UTF-16',
  ] as const),
  ...([
    'BHS|^~\\&|',
    'FHS|',
    'BTS|3',
    '2.1',
    '2.9',
    '|AL|NE|',
    '||||||||',
    '^^^^',
    '\u001b$B',
    '\u001b(B',
  ] as const),
  ...([
    'A40',
    'A17',
    'A20',
    'MRG|1',
    '\ufeff',
    '\u000b',
    '\u001c\r',
    '99999999999999',
    '-1',
    '+1400',
  ] as const),
];

/** Gives the bytes after one to a few changes of the kinds that break readers. */
export function mutate(bytes: Buffer, other: Buffer, random: Random): Buffer {
  let changed = bytes;
  for (let left = 1 + random.below(4); left > 0; left -= 1) changed = changeOnce(changed, other, random);
  return changed.length > 200_000 ? changed.subarray(0, 200_000) : changed;
}

function changeOnce(bytes: Buffer, other: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const to = Math.min(bytes.length, at + random.below(40));
  const head = bytes.subarray(0, at);
  const tail = bytes.subarray(at);
  switch (random.below(11)) {
    case 0:
      return Buffer.concat([head, Buffer.of(random.below(256)), tail.subarray(1)]);
    case 1:
      return Buffer.concat([head, Buffer.of(random.pick(interesting)), tail.subarray(1)]);
    case 2:
      return Buffer.concat([head, Buffer.of(random.pick(interesting)), tail]);
    case 3:
      return Buffer.concat([head, Buffer.from(random.pick(words)), tail]);
    case 4:
      return Buffer.concat([head, bytes.subarray(to)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at, to), bytes.subarray(to)]);
    case 6:
      return Buffer.from(head);
    case 7:
      return Buffer.concat([head, other.subarray(random.below(other.length + 1))]);
    case 8:
      return Buffer.concat([head, Buffer.alloc(random.below(2_000), random.pick(interesting)), tail]);
    case 9:
      return swapLines(bytes, random);
    default:
      return Buffer.concat([head, Buffer.from(random.pick(words)), bytes.subarray(to)]);
  }
}

function swapLines(bytes: Buffer, random: Random): Buffer {
  const lines = bytes.toString('latin1').split('\r');
  const from = random.below(lines.length);
  const [line = ''] = lines.splice(from, 1);
  lines.splice(random.below(lines.length + 1), 0, line);
  return Buffer.from(lines.join('\r'), 'latin1');
}
