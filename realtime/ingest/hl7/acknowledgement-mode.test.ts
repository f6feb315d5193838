import { describe, expect, test } from 'vitest';
import { buildAcknowledgement } from './acknowledgement.ts';
import { acknowledgementsOwed, type Fate } from './acknowledgement-mode.ts';
import { readHeader } from './header.ts';
import { refusal } from './refusal.ts';
import { bytesOf, message, msh } from './sample-messages.ts';

const fates: Record<string, Fate> = {
  applied: { kind: 'applied' },
  'AE kept': { kind: 'refused', refusal: refusal('AE', '204'), isKept: true },
  'AR kept': { kind: 'refused', refusal: refusal('AR', '201'), isKept: true },
  'AE lost': { kind: 'refused', refusal: refusal('AE', '207'), isKept: false },
  'AR lost': { kind: 'refused', refusal: refusal('AR', '103'), isKept: false },
};

function header(version: string, accept: string, application: string) {
  const read = readHeader(
    bytesOf(message(`${msh({ version })}`.replace(/\|*$/, `|||${accept}|${application}`))),
  );
  if (!read.ok) throw new Error(read.refusal.text);
  return read.value;
}

const codes = (version: string, accept: string, application: string) =>
  Object.values(fates)
    .map((fate) =>
      acknowledgementsOwed(header(version, accept, application), fate)
        .map(({ code }) => code)
        .join('+'),
    )
    .join(' ');

describe('which acknowledgements are owed', () => {
  // MSH-15, MSH-16: applied, AE kept, AR kept, AE lost, AR lost.
  test.each([
    ['', '', 'AA AE AR AE AR'],
    ['NE', 'AL', 'AA AE AR AE AR'],
    ['', 'AL', 'AA AE AR AE AR'],
    ['AL', '', 'CA CA CA CE CR'],
    ['AL', 'NE', 'CA CA CA CE CR'],
    ['AL', 'AL', 'CA+AA CA+AE CA+AR CE CR'],
    ['AL', 'ER', 'CA CA+AE CA+AR CE CR'],
    ['AL', 'SU', 'CA+AA CA CA CE CR'],
    ['ER', 'AL', 'AA AE AR CE CR'],
    ['ER', 'NE', '   CE CR'],
    ['ER', 'ER', ' AE AR CE CR'],
    ['ER', 'SU', 'AA   CE CR'],
    ['SU', 'AL', 'CA+AA CA+AE CA+AR AE AR'],
    ['SU', 'NE', 'CA CA CA  '],
    ['SU', 'ER', 'CA CA+AE CA+AR AE AR'],
    ['SU', 'SU', 'CA+AA CA CA  '],
    ['NE', 'NE', '    '],
    ['NE', 'ER', ' AE AR AE AR'],
    ['NE', 'SU', 'AA    '],
    ['XX', 'NE', 'CA CA CA CE CR'],
  ])('MSH-15 %j, MSH-16 %j: %s', (accept, application, expected) => {
    for (const version of ['2.2', '2.3', '2.4', '2.5.1', '2.6', '2.7', '2.8.2']) {
      expect(codes(version, accept, application)).toBe(expected);
    }
    expect(codes('2.1', accept, application)).toBe('AA AE AR AE AR');
  });

  test('a header that cannot be read asks for nothing special', () => {
    expect(acknowledgementsOwed(undefined, { kind: 'applied' })).toEqual([{ code: 'AA' }]);
  });
});

describe('their shape in each version', () => {
  test.each([
    ['2.1', 'ACK', 'MSA|AE|MSG00001|Unknown key identifier: PV1-3', 'ERR|PV1^1^3^204&'],
    ['2.2', 'ACK^A01', 'MSA|AE|MSG00001|Unknown key identifier: PV1-3', 'ERR|PV1^1^3^204&'],
    ['2.3', 'ACK^A01', 'MSA|AE|MSG00001|Unknown key identifier: PV1-3', 'ERR|PV1^1^3^204&'],
    ['2.3.1', 'ACK^A01^ACK', 'MSA|AE|MSG00001|Unknown key identifier: PV1-3', 'ERR|PV1^1^3^204&'],
    ['2.4', 'ACK^A01^ACK', 'MSA|AE|MSG00001|Unknown key identifier: PV1-3', 'ERR|PV1^1^3^204&'],
    ['2.5', 'ACK^A01^ACK', 'MSA|AE|MSG00001|Unknown key identifier: PV1-3', 'ERR||PV1^1^3^1|204^'],
    ['2.6', 'ACK^A01^ACK', 'MSA|AE|MSG00001|Unknown key identifier: PV1-3', 'ERR||PV1^1^3^1|204^'],
    ['2.7', 'ACK^A01^ACK', 'MSA|AE|MSG00001', 'ERR||PV1^1^3^1|204^'],
    ['2.8.2', 'ACK^A01^ACK', 'MSA|AE|MSG00001', 'ERR||PV1^1^3^1|204^'],
  ])('%s', (version, type, msa, err) => {
    const [first, second, third] = buildAcknowledgement({
      header: header(version, '', ''),
      code: 'AE',
      refusal: refusal('AE', '204', { segment: 'PV1', field: 3 }),
      at: 0,
      controlId: 'x',
    })
      .toString()
      .split('\r');
    expect(first?.split('|')[8]).toBe(type);
    expect(first?.split('|')[11]).toBe(version);
    expect(second).toBe(msa);
    expect(third?.startsWith(err)).toBe(true);
  });

  test.each([
    ['in the set of the message', { characterSet: '8859/2', facility: 'ŁÓDŹ' }, 'a3d344ac', '8859/2'],
    ['escaped where the set is not known', { characterSet: 'KLINGON', facility: 'Ü' }, undefined, undefined],
  ])('what is mirrored is written %s', (_name, parts, hex, set) => {
    const text = message(msh({ ...parts, facility: '#' }));
    const bytes = Buffer.concat([
      Buffer.from(text.slice(0, text.indexOf('#'))),
      Buffer.from(hex ?? 'dc', 'hex'),
      Buffer.from(text.slice(text.indexOf('#') + 1)),
    ]);
    const read = readHeader(bytes);
    const ack = buildAcknowledgement({
      ...(read.ok ? { header: read.value } : {}),
      code: 'AA',
      at: 0,
      controlId: 'x',
    });
    const fields = ack.toString('latin1').split('\r')[0]?.split('|') ?? [];
    expect(fields[5]).toBe(hex === undefined ? '\\XDC\\' : Buffer.from(hex, 'hex').toString('latin1'));
    expect(fields[17]).toBe(set);
  });

  test('UTF-16 that holds a byte of the frame is written in ASCII with escapes', () => {
    const sent = (facility: string) =>
      Buffer.from(message(msh({ characterSet: 'UNICODE UTF-16', facility })), 'utf16le');
    const ack = (facility: string) => {
      const read = readHeader(sent(facility));
      return buildAcknowledgement({
        ...(read.ok ? { header: read.value } : {}),
        code: 'AA',
        at: 0,
        controlId: 'x',
      });
    };
    expect(ack('SÜD').toString('utf16le')).toContain('|SÜD|');
    expect(ack('ċ').toString('latin1')).toContain('|\\X0B01\\|');
  });
});
