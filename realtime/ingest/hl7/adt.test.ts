import { describe, expect, test } from 'vitest';
import { mapLocations, readAdt } from './adt.ts';
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
    const waiting = { pointOfCare: 'WAITING', room: '', bed: '', facility: 'NORTH' };
    expect(command(header, evn, pid, pv1.replace('3E^310^B^NORTH', 'WAITING'))).toEqual({
      type: 'bed.record-transfer',
      data: { ...data, from: waiting },
    });
    for (const prior of ['', '""']) {
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

  test.each([
    ['A04', 'bed.record-admission'],
    ['A08', 'bed.record-update'],
    ['A11', 'bed.record-admission-cancelled'],
    ['A13', 'bed.record-discharge-cancelled'],
    ['A21', 'bed.record-leave'],
    ['A22', 'bed.record-return'],
  ])('%s', (trigger, type) => {
    const event = 'EVN||20260131081500';
    expect(command(msh({ type: `ADT^${trigger}` }), event, pid, pv1)).toEqual({
      type,
      data: { patient, visit: 'V000123', location, at },
    });
  });

  test.each([
    ['A06', 'bed.record-transfer'],
    ['A07', 'bed.record-transfer'],
    ['A12', 'bed.record-transfer-cancelled'],
  ])('%s, with the place before', (trigger, type) => {
    const from = { pointOfCare: '3E', room: '310', bed: 'B', facility: 'NORTH' };
    expect(command(msh({ type: `ADT^${trigger}` }), 'EVN||20260131081500', pid, pv1)).toEqual({
      type,
      data: { patient, visit: 'V000123', location, at, from },
    });
  });

  test('a place without a bed is a place', () => {
    for (const trigger of ['A01', 'A02', 'A04', 'A06', 'A07']) {
      const told = command(
        msh({ type: `ADT^${trigger}` }),
        evn,
        pid,
        pv1.replace('4W^401^A^NORTH', 'ED^WAIT'),
      );
      expect(told).toMatchObject({
        data: { location: { pointOfCare: 'ED', room: 'WAIT', bed: '', facility: 'NORTH' } },
      });
    }
  });

  test('A05 plans until a day after the admission is expected (PV2-8), else for a day; its place may be open', () => {
    const header = msh({ type: 'ADT^A05' });
    const expected = `PV2${'|'.repeat(8)}20260202090000`;
    expect(command(header, evn, pid, pv1, expected)).toEqual({
      type: 'bed.record-preadmission',
      data: { patient, visit: 'V000123', location, at, until: '2026-02-03T02:00:00.000Z' },
    });
    expect(command(header, evn, pid, pv1)).toMatchObject({ data: { until: '2026-02-01T01:15:00.000Z' } });
    const open = command(header, evn, pid, pv1.replace('4W^401^A^NORTH', ''));
    expect(open).toMatchObject({ data: { location: { pointOfCare: '', bed: '' } } });
  });

  test('A21 says when the patient is expected back: PV2-47, or EVN-3', () => {
    const header = msh({ type: 'ADT^A21' });
    const back = { data: { expectedBack: '2026-02-01T11:00:00.000Z' } };
    expect(command(header, evn, pid, pv1, `PV2${'|'.repeat(47)}20260201180000`)).toMatchObject(back);
    expect(command(header, 'EVN||20260131081500|20260201180000', pid, pv1)).toMatchObject(back);
    expect(command(header, 'EVN||20260131081500|20260130', pid, pv1).data).not.toHaveProperty('expectedBack');
  });

  test('A17 has two patients and two visits', () => {
    const other = [
      'PID|2||D000124^^^NORTH^MR||Baker^Tom',
      pv1.replace('401^A', '402^A').replace('V000123', 'V9'),
    ];
    expect(command(msh({ type: 'ADT^A17' }), evn, pid, pv1, ...other)).toEqual({
      type: 'bed.record-swap',
      data: {
        at,
        stays: [
          { patient, visit: 'V000123', location },
          {
            patient: { mrn: 'D000124', assigner: 'NORTH', family: 'Baker', given: 'Tom' },
            visit: 'V9',
            location: { ...location, room: '402' },
          },
        ],
      },
    });
  });

  test('A40 has a group for each patient who survives, and may name several numbers that are gone', () => {
    const header = msh({ type: 'ADT^A40^ADT_A39' });
    const groups = [pid, 'MRG|D7^^^NORTH^MR~X8^^^SSA^SS~D9^^^SOUTH^MR', 'PID|2||D5', 'MRG|D6'];
    expect(command(header, evn, ...groups)).toEqual({
      type: 'bed.record-merge',
      data: {
        at,
        facility: 'NORTH',
        merges: [
          {
            patient,
            gone: [
              { mrn: 'D7', assigner: 'NORTH' },
              { mrn: 'D9', assigner: 'SOUTH' },
            ],
          },
          { patient: { mrn: 'D5' }, gone: [{ mrn: 'D6' }] },
        ],
      },
    });
  });

  test('every location of a command can be mapped, whatever the command', () => {
    const swap = [msh({ type: 'ADT^A17' }), evn, pid, pv1, 'PID|2||D2', pv1];
    const commands = [
      ...['A01', 'A02', 'A03', 'A05', 'A08', 'A12', 'A21'].map((trigger) =>
        command(msh({ type: `ADT^${trigger}` }), evn, pid, pv1),
      ),
      command(...swap),
      command(...a20('NPU|4W^401^A|U')),
    ];
    for (const one of commands) {
      const mapped = mapLocations(one, (place) => ({ ...place, pointOfCare: `W-${place.pointOfCare}` }));
      const text = JSON.stringify(mapped);
      expect(text).toBe(JSON.stringify(one).replaceAll('"pointOfCare":"', '"pointOfCare":"W-'));
    }
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
    const time = (event: string, type = 'ADT^A01') => command(msh({ type }), event, pid, pv1).data.at;
    expect(time('EVN|A01|20260131082500||||20260131081500')).toBe(at);
    expect(time('EVN|A01|20260131081500')).toBe(at);
    expect(time('EVN|A01')).toBe('2026-01-31T01:30:00.000Z');
    expect(time('EVN|A01|20260131')).toBe('2026-01-30T17:00:00.000Z');
    expect(time('EVN|A01|20260131081500+0000')).toBe('2026-01-31T08:15:00.000Z');
  });

  test('what is taken back is told by when that was recorded: EVN-6 is then the time of what is taken back', () => {
    for (const type of ['ADT^A11', 'ADT^A12', 'ADT^A13']) {
      const told = command(msh({ type }), 'EVN||20260131093000||||20260131081500', pid, pv1);
      expect(told.data.at).toBe('2026-01-31T02:30:00.000Z');
    }
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
    ['AR 201 Unsupported event code: MSH-9.2', [msh({ type: 'ADT^A09' }), evn, pid, pv1]],
    ['AE 100 Segment sequence error: PID', [msh({ type: 'ADT^A17' }), evn, pid, pv1]],
    ['AE 100 Segment sequence error: MRG', [msh({ type: 'ADT^A40' }), evn, pid, 'PID|2||D3', 'MRG|D2']],
    ['AE 101 Required field missing: MRG-1.1', [msh({ type: 'ADT^A40' }), evn, pid, 'MRG|']],
    ['AR 201 Unsupported event code: MSH-9.2', [msh({ type: 'ADT^constructor' }), evn, pid, pv1]],
    ['AE 100 Segment sequence error: PID', [msh(), evn, pv1]],
    ['AE 100 Segment sequence error: PV1', [msh(), evn, pid]],
    ['AE 100 Segment sequence error: NPU', [msh({ type: 'ADT^A20' }), evn, pid, pv1]],
    ['AE 101 Required field missing: PID-3.1', [msh(), evn, 'PID|1||^^^NORTH', pv1]],
    ['AE 101 Required field missing: PV1-19.1', [msh(), evn, pid, 'PV1|1|I|4W^401^A']],
    ['AE 101 Required field missing: PV1-3.1', [msh(), evn, pid, pv1.replace('4W', '')]],
    ['AE 102 Data type error: PID-7', [msh(), evn, pid.replace('19480312', '12.3.1948'), pv1]],
    ['AE 103 Table value not found: PID-8', [msh(), evn, pid.replace('|F', '|W'), pv1]],
    ['AE 102 Data type error: EVN-6', [msh(), evn.replace('20260131081500', 'noon'), pid, pv1]],
    ['AE 102 Data type error: EVN-2', [msh(), 'EVN|A01|2026', pid, pv1]],
    ['AE 102 Data type error: MSH-7', [msh({ sentAt: '0' }), pid, pv1]],
    ['AE 101 Required field missing: EVN-2', [msh({ sentAt: '' }), pid, pv1]],
    ['AE 101 Required field missing: NPU-2', a20('NPU|4W^401^A')],
    ['AE 101 Required field missing: NPU-1.1', a20('NPU||U')],
    ['AE 101 Required field missing: NPU-1.3', a20('NPU|4W^401|U')],
  ])('%s', (expected, segments) => {
    expect(refused(...segments)).toBe(expected);
  });
});
