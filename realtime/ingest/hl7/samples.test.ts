import { expect, test } from 'vitest';
import { splitBatch } from './batch.ts';
import { checkMessage } from './check.ts';
import { readSamples } from './testing/fuzz/corpus.ts';

/** What each file of others holds, and what becomes of it. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'hl7-standard-ack.hl7': ['5465156441.100178620 V01: AR 200 MSH-9.1'],
  'hl7-standard-adt.hl7': [
    '24553 A01: visit 6090648 of 4019060 at NMMC/LDR/LA1/01, 2007-05-10T14:26:00.000Z',
  ],
  'hl7-standard-batch.hl7': ['24553 A01: AE 100 PV1', '20171023134421 K11: AR 200 MSH-9.1'],
  'hl7-standard-rsp.hl7': ['20171023134421 K11: AR 200 MSH-9.1'],
  // The visit is the account of PID-18: PV1-19 is empty.
  'nodehl7-adt.hl7': [
    'HL7MSG00001 A01: visit MRN12345001 of MRN12345 at DH/2000/2012/01, 2013-01-01T18:23:00.000Z',
  ],
  'nodehl7-oru-1.hl7': ['Q479004375T431430612 R01: AR 200 MSH-9.1'],
  'nodehl7-oru-2.hl7': ['3629 R01: AR 200 MSH-9.1'],
  'simple-hl7-adt.hl7': ['1817457 A04: AR 202 MSH-11'],
  'simple-hl7-orm.hl7': ['MSGID20060307110114 O01: AR 200 MSH-9.1'],
  'simple-hl7-oru-imm.hl7': ['20010422GA03 R01: AR 202 MSH-11'],
  'simple-hl7-oru.hl7': ['Q335939501T337311002 R01: AR 200 MSH-9.1'],
};

function told(bytes: Buffer): string {
  const { controlId, trigger, outcome } = checkMessage(bytes, { timezone: 'America/Chicago' });
  if (!outcome.ok) {
    const { ack, code, text } = outcome.refusal;
    return `${controlId} ${trigger}: ${ack} ${code} ${text.split(': ').at(-1)}`;
  }
  const { data } = outcome.value;
  if (!('visit' in data)) return `${controlId} ${trigger}: another kind of fact`;
  const { facility, pointOfCare, room, bed } = data.location;
  const place = [facility, pointOfCare, room, bed].join('/');
  return `${controlId} ${trigger}: visit ${data.visit} of ${data.patient.mrn} at ${place}, ${data.at}`;
}

test('messages of other systems give what they say, or a refusal with its place', async () => {
  const given: Record<string, string[]> = {};
  for (const [name, bytes] of await readSamples()) {
    given[name] = splitBatch(bytes).flatMap((item) => {
      if (item.kind === 'message') return [told(item.bytes)];
      return item.kind === 'fault' ? [item.text] : [];
    });
  }
  expect(given).toEqual(expected);
});

test('the same for an account, once the test message is one of production', async () => {
  const bytes = (await readSamples())
    .get('simple-hl7-adt.hl7')
    ?.toString('latin1')
    .replace('|D|2.5|', '|P|2.5|');
  // Its PV1-3 has four repetitions, of which the first is the place; its account two, of which the first counts.
  expect(told(Buffer.from(bytes ?? '', 'latin1'))).toBe(
    '1817457 A04: visit 2688684 of 454721 at EPICADT/168//, 1999-12-27T20:08:00.000Z',
  );
});
