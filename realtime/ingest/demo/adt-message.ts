import type { BedStatus } from '../hl7/adt-command.ts';
import { escapeText, standardDelimiters } from '../hl7/encoding.ts';
import { formatInstant } from '../hl7/timestamp.ts';
import type { Person } from './people.ts';

export type DemoBed = { pointOfCare: string; room: string; bed: string };

/** What happened, before it is written as HL7. */
export type DemoFact =
  | { trigger: 'A01' | 'A03'; person: Person; visit: string; bed: DemoBed }
  | { trigger: 'A02'; person: Person; visit: string; bed: DemoBed; from: DemoBed }
  | { trigger: 'A20'; bed: DemoBed; status: BedStatus };

export type Envelope = { application: string; facilityCode: string; controlId: string; at: number };

const text = (value: string): string => escapeText(value, standardDelimiters);

/**
 * Gives a fact as an HL7 v2.5.1 message (chapter 3.3), segments ended by CR, times in UTC with their offset; `at` is
 * ms since 1970.
 */
export function renderAdt(fact: DemoFact, envelope: Envelope): string {
  const at = formatInstant(envelope.at);
  const facility = text(envelope.facilityCode);
  const place = ({ pointOfCare, room, bed }: DemoBed): string =>
    [text(pointOfCare), text(room), text(bed), facility].join('^');
  const structure = { A01: 'ADT_A01', A02: 'ADT_A02', A03: 'ADT_A03', A20: 'ADT_A20' }[fact.trigger];
  const msh = [
    ...['MSH', '^~\\&', text(envelope.application), facility, 'CAREWALL', facility, at, ''],
    ...[
      `ADT^${fact.trigger}^${structure}`,
      envelope.controlId,
      'P',
      '2.5.1',
      '',
      '',
      '',
      '',
      '',
      'UNICODE UTF-8',
    ],
  ];
  const evn = ['EVN', '', at, '', '', '', at];
  if (fact.trigger === 'A20') return join([msh, evn, ['NPU', place(fact.bed), fact.status]]);

  const { person } = fact;
  const pid = [
    ...[
      'PID',
      '1',
      '',
      `${text(person.mrn)}^^^${facility}^MR`,
      '',
      `${text(person.family)}^${text(person.given)}`,
    ],
    ...['', person.birthDate.replaceAll('-', ''), person.sex],
  ];
  const prior = fact.trigger === 'A02' ? place(fact.from) : '';
  const blanks = Array.from({ length: 12 }, () => '');
  const pv1 = ['PV1', '1', 'I', place(fact.bed), '', '', prior, ...blanks, text(fact.visit)];
  return join([msh, evn, pid, pv1]);
}

function join(segments: readonly (readonly string[])[]): string {
  return segments.map((fields) => `${fields.join('|')}\r`).join('');
}
