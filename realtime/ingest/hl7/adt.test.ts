import { describe, expect, test } from 'vitest';
import { readAdt } from './adt.ts';
import { bedStatuses } from './adt-command.ts';
import { parseMessage } from './message.ts';
import { bytesOf, evn, message, msh, pid, pv1, source } from './sample-messages.ts';

const location = { pointOfCare: '4W', room: '401', bed: 'A', facility: 'NORTH' };
const patient = {
  mrn: 'D000123',
  assigner: 'NORTH',
  family: 'Holloway',
  given: 'Agnes',
  birthDate: '1948-03-12',
  sex: 'F',
};
const at = '2026-01-31T01:15:00.000Z';

function read(...segments: readonly string[]) {
  const parsed = parseMessage(bytesOf(message(...segments)));
  return parsed.ok ? readAdt(parsed.value, source) : parsed;
}

function command(...segments: readonly string[]) {
  const outcome = read(...segments);
  if (!outcome.ok) throw new Error(outcome.refusal.text);
  return outcome.value;
}

function refused(...segments: readonly string[]) {
  const outcome = read(...segments);
  if (outcome.ok) throw new Error('expected a refusal');
  return `${outcome.refusal.ack} ${outcome.refusal.code} ${outcome.refusal.text}`;
}

const a20 = (npu: string) => [msh({ type: 'ADT^A20^ADT_A20' }), 'EVN||20260131081500', npu] as const;

describe('ADT events become commands', () => {
  test('A01', () => {
    expect(command(msh(), evn, pid, pv1)).toEqual({
      type: 'bed.record-admission',
      data: { patient, visit: 'V000123', location, at },
    });
  });

  test('A02, with and without the place before', () => {
    const header = msh({ type: 'ADT^A02' });
    const from = { pointOfCare: '3E', room: '310', bed: 'B', facility: 'NORTH' };
    const data = { patient, visit: 'V000123', location, at };
    expect(command(header, evn, pid, pv1)).toEqual({ type: 'bed.record-transfer', data: { ...data, from } });
    for (const prior of ['', 'WAITING', '""']) {
      const moved = pv1.replace('3E^310^B^NORTH', prior);
      expect(command(header, evn, pid, moved)).toEqual({ type: 'bed.record-transfer', data });
    }
  });

  test('A03', () => {
    expect(command(msh({ type: 'ADT^A03^ADT_A03' }), evn, pid, pv1)).toEqual({
      type: 'bed.record-discharge',
      data: { patient, visit: 'V000123', location, at },
    });
  });

  test('A20, which has no patient and no visit', () => {
    expect(command(...a20('NPU|4W^401^A^NORTH|H'))).toEqual({
      type: 'bed.record-status',
      data: { location, status: 'H', at },
    });
  });

  test('HL7 table 0116 is these six letters with these meanings', () => {
    expect(bedStatuses).toEqual({
      C: 'Closed',
      H: 'Housekeeping',
      O: 'Occupied',
      U: 'Unoccupied',
      K: 'Contaminated',
      I: 'Isolated',
    });
    for (const status of Object.keys(bedStatuses)) {
      expect(command(...a20(`NPU|4W^401^A|${status}`))).toMatchObject({ data: { status } });
    }
    for (const status of ['R', 'c', 'D', 'toString', 'CH']) {
      expect(refused(...a20(`NPU|4W^401^A|${status}`))).toBe('AE 103 Table value not found: NPU-2');
    }
  });

  test('the time is when it happened, else when it was recorded, else when it was sent', () => {
    const time = (event: string) => command(msh(), event, pid, pv1).data.at;
    expect(time('EVN|A01|20260131082500||||20260131081500')).toBe(at);
    expect(time('EVN|A01|20260131081500')).toBe(at);
    expect(time('EVN|A01')).toBe('2026-01-31T01:30:00.000Z');
    expect(time('EVN|A01|20260131')).toBe('2026-01-30T17:00:00.000Z');
    expect(time('EVN|A01|20260131081500+0000')).toBe('2026-01-31T08:15:00.000Z');
  });

  test('the facility is the source’s where the message names none', () => {
    expect(command(msh(), evn, pid, pv1.replace('A^NORTH', 'A'))).toMatchObject({ data: { location } });
    expect(command(msh(), evn, pid, pv1.replace('A^NORTH', 'A^SOUTH&1.2&ISO'))).toMatchObject({
      data: { location: { ...location, facility: 'SOUTH' } },
    });
  });

  test('of several identifiers the record number is taken, else the first', () => {
    const mrn = (pid3: string) => command(msh(), evn, `PID|1||${pid3}`, pv1);
    expect(mrn('X1^^^SSA^SS~D9^^^NORTH^MR')).toMatchObject({
      data: { patient: { mrn: 'D9', assigner: 'NORTH' } },
    });
    expect(mrn('X1^^^SSA^SS~D9')).toMatchObject({ data: { patient: { mrn: 'X1', assigner: 'SSA' } } });
    expect(mrn('X1')).toMatchObject({ data: { patient: { mrn: 'X1' } } });
  });

  test('the visit is PV1-19, else the account, PID-18', () => {
    const noVisit = pv1.replace('V000123', '');
    const account = `${pid}${'|'.repeat(10)}ACC77^^^NORTH`;
    expect(command(msh(), evn, account, pv1)).toMatchObject({ data: { visit: 'V000123' } });
    expect(command(msh(), evn, account, noVisit)).toMatchObject({ data: { visit: 'ACC77' } });
  });

  test('what is not said about a patient is left out; a birth date without a day is not said', () => {
    const bare = command(msh(), evn, 'PID|1||D1||""||1948', pv1);
    expect(bare).toMatchObject({ data: { patient: { mrn: 'D1' } } });
    expect(bare.type === 'bed.record-admission' && Object.keys(bare.data.patient)).toEqual(['mrn']);
  });

  test('names with escapes and subcomponents', () => {
    const named = command(msh(), evn, 'PID|1||D1||van Dyk \\T\\ Co&van&Dyk^O\\S\\K', pv1);
    expect(named).toMatchObject({ data: { patient: { family: 'van Dyk & Co', given: 'O^K' } } });
  });

  test('up to version 2.2 the event may stand in EVN alone', () => {
    const old = msh({ type: 'ADT', version: '2.1' });
    expect(command(old, evn, pid, pv1).type).toBe('bed.record-admission');
  });
});

describe('what is refused', () => {
  test.each<[string, readonly string[]]>([
    ['AR 200 Unsupported message type: MSH-9.1', [msh({ type: 'ORU^R01' }), pid]],
    ['AR 200 Unsupported message type: MSH-9.1', [msh({ type: '' }), pid]],
    ['AR 201 Unsupported event code: MSH-9.2', [msh({ type: 'ADT^A17' }), evn, pid, pv1]],
    ['AR 201 Unsupported event code: MSH-9.2', [msh({ type: 'ADT^constructor' }), evn, pid, pv1]],
    ['AE 100 Segment sequence error: PID', [msh(), evn, pv1]],
    ['AE 100 Segment sequence error: PV1', [msh(), evn, pid]],
    ['AE 100 Segment sequence error: NPU', [msh({ type: 'ADT^A20' }), evn, pid, pv1]],
    ['AE 101 Required field missing: PID-3.1', [msh(), evn, 'PID|1||^^^NORTH', pv1]],
    ['AE 101 Required field missing: PV1-19.1', [msh(), evn, pid, 'PV1|1|I|4W^401^A']],
    ['AE 101 Required field missing: PV1-3.1', [msh(), evn, pid, pv1.replace('4W', '')]],
    ['AE 101 Required field missing: PV1-3.3', [msh(), evn, pid, pv1.replace('401^A', '401^')]],
    ['AE 102 Data type error: PID-7', [msh(), evn, pid.replace('19480312', '12.3.1948'), pv1]],
    ['AE 103 Table value not found: PID-8', [msh(), evn, pid.replace('|F', '|W'), pv1]],
    ['AE 102 Data type error: EVN-6', [msh(), evn.replace('20260131081500', 'noon'), pid, pv1]],
    ['AE 102 Data type error: EVN-2', [msh(), 'EVN|A01|2026', pid, pv1]],
    ['AE 102 Data type error: MSH-7', [msh({ sentAt: '0' }), pid, pv1]],
    ['AE 101 Required field missing: EVN-2', [msh({ sentAt: '' }), pid, pv1]],
    ['AE 101 Required field missing: NPU-2', a20('NPU|4W^401^A')],
    ['AE 101 Required field missing: NPU-1.1', a20('NPU||U')],
  ])('%s', (expected, segments) => {
    expect(refused(...segments)).toBe(expected);
  });
});
