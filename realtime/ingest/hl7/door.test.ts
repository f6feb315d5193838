import { describe, expect, test } from 'vitest';
import type { AdtCommand } from './adt-command.ts';
import { commandIdOf } from './command-id.ts';
import { createHl7Door, type DoorOutcome } from './door.ts';
import type { KeptMessage } from './quarantine.ts';
import { bytesOf, evn, message, msh, peer, pid, pv1, source } from './sample-messages.ts';
import type { Submitted } from './submission.ts';

const now = Date.UTC(2026, 0, 31, 1, 30, 0, 250);
const a01 = message(msh(), evn, pid, pv1);
const a20 = message(msh({ type: 'ADT^A20' }), evn, 'NPU|4W^401^A|U');

function open(submit: () => Promise<Submitted> = async () => ({ ok: true })) {
  const submitted: (AdtCommand & { id: string })[] = [];
  const outcomes: DoorOutcome[] = [];
  const bugs: unknown[] = [];
  const door = createHl7Door({
    findSource: async (application, facility) =>
      application === source.application && facility === source.facility ? source : undefined,
    submit: (_source, command) => {
      submitted.push(command);
      return submit();
    },
    now: () => now,
    onOutcome: (outcome) => outcomes.push(outcome),
    onBug: (error) => bugs.push(error),
  });
  const send = async (text: string, encoding: 'utf8' | 'latin1' = 'utf8') => {
    const [ack] = await door.handle(bytesOf(text, encoding), peer);
    return (ack ?? Buffer.alloc(0)).toString(encoding).split('\r');
  };
  return { door, send, submitted, outcomes, bugs };
}

const failing = (code: string, path?: string) =>
  open(async () => ({
    ok: false,
    error: { code, message: 'Agnes Holloway', ...(path ? { issues: [{ path, message: 'D000123' }] } : {}) },
  }));

describe('acknowledgements', () => {
  test('an accepted message: sender and receiver exchanged, same version, its control id', async () => {
    const [header = '', msa, rest] = await open().send(a01);
    const fields = header.split('|');
    expect(fields.slice(0, 7)).toEqual([
      'MSH',
      '^~\\&',
      'CAREWALL',
      'NETWORK',
      'ADTSYS',
      'NORTH',
      '20260131013000.250+0000',
    ]);
    expect(fields.slice(8, 9)).toEqual(['ACK^A01^ACK']);
    expect(fields[9]).toMatch(/^[0-9a-f]{20}$/);
    expect(fields.slice(10)).toEqual(['P', '2.5.1']);
    expect([msa, rest]).toEqual(['MSA|AA|MSG00001', '']);
  });

  test('from version 2.5 on ERR-2, 3, 4 and 8 say what and where', async () => {
    const [, msa, err] = await open().send(a01.replace('4W^401', '^401'));
    expect(msa).toBe('MSA|AE|MSG00001|Required field missing: PV1-3.1');
    expect(err).toBe(
      'ERR||PV1^1^3^1^1|101^Required field missing^HL70357|E||||Required field missing: PV1-3.1',
    );
  });

  test('up to version 2.4 it is ERR-1', async () => {
    const old = message(msh({ version: '2.3' }), evn, pid, pv1.replace('4W', ''));
    expect((await open().send(old))[2]).toBe('ERR|PV1^1^3^101&Required field missing&HL70357');
  });

  test('from version 2.7 on MSA-3 is no more', async () => {
    const recent = message(msh({ version: '2.8' }), evn, pid, pv1.replace('4W', ''));
    expect((await open().send(recent))[1]).toBe('MSA|AE|MSG00001');
  });

  test('in the delimiters of the message, with ours escaped', async () => {
    const [header, , err] = await open().send(
      a01.replaceAll('|', ':').replaceAll('^', '*').replace('4W*401', '*401'),
    );
    expect(header).toMatch(/^MSH:\*~\\&:CAREWALL:NETWORK:ADTSYS:NORTH:/);
    expect(err).toBe(
      'ERR::PV1*1*3*1*1:101*Required field missing*HL70357:E::::Required field missing\\F\\ PV1-3.1',
    );
  });

  test('in the character set of the message', async () => {
    const latin = message(msh({ facility: 'SÜD', characterSet: '8859/1' }), evn, pid, pv1);
    const [header, msa] = await open().send(latin, 'latin1');
    expect(header).toMatch(/\|ADTSYS\|SÜD\|.*\|8859\/1$/);
    expect(msa).toBe('MSA|AR|MSG00001|Table value not found: MSH-3');
  });

  test('what cannot be read at all is refused in standard delimiters', async () => {
    const [header, msa, err] = await open().send('hello');
    expect(header).toMatch(
      /^MSH\|\^~\\&\|CAREWALL\|\|\|\|20260131013000\.250\+0000\|\|ACK\|[0-9a-f]{20}\|P\|2\.5\.1$/,
    );
    expect(msa).toBe('MSA|AR||Segment sequence error: MSH');
    expect(err).toMatch(/^ERR\|\|MSH\^1\|100\^/);
  });
});

describe('the door', () => {
  test.each([
    ['unknown sending application', a01.replace('ADTSYS', 'OTHER'), 'AR', '103'],
    ['unknown sending facility', a01.replace('|NORTH|', '|SOUTH|'), 'AR', '103'],
    ['test message', message(msh({ processingId: 'T' }), evn, pid, pv1), 'AR', '202'],
    ['another type', a01.replace('ADT^A01^ADT_A01', 'ORM^O01'), 'AR', '200'],
    ['another event', a01.replace('ADT^A01^ADT_A01', 'ADT^A37'), 'AR', '201'],
    ['another version', message(msh({ version: '3' }), evn, pid, pv1), 'AR', '203'],
  ])('%s: not submitted', async (_name, text, ack, code) => {
    const { send, submitted, outcomes } = open();
    const [, msa, err] = await send(text);
    expect(msa).toMatch(new RegExp(`^MSA\\|${ack}\\|MSG00001`));
    expect(err).toContain(`|${code}^`);
    expect(submitted).toEqual([]);
    expect(outcomes).toMatchObject([{ connection: 'mllp-1', ack, code }]);
  });

  test.each([
    ['unavailable', undefined, 'AE', '207', ''],
    ['rate_limited', undefined, 'AE', '207', ''],
    ['conflict', undefined, 'AE', '205', 'MSH^1^10^1'],
    ['gone', undefined, 'AE', '205', 'MSH^1^10^1'],
    ['not_found', undefined, 'AE', '204', 'PV1^1^3^1'],
    ['invalid', 'data.patient.mrn', 'AE', '102', 'PID^1^3^1^1'],
    ['invalid', 'location.bed', 'AE', '102', 'PV1^1^3^1'],
    ['invalid', 'patient.sex', 'AE', '103', 'PID^1^8^1'],
    ['invalid', 'elsewhere', 'AE', '102', ''],
    ['too_large', undefined, 'AR', '104', ''],
    ['forbidden', undefined, 'AR', '207', 'PV1^1^3^1'],
    ['something new', undefined, 'AE', '207', ''],
  ])('a command refused as %s (%s) is %s %s', async (error, path, ack, code, place) => {
    const { send, outcomes } = failing(error, path);
    const answer = await send(a01);
    expect(answer[1]).toMatch(new RegExp(`^MSA\\|${ack}\\|MSG00001\\|`));
    expect(answer[2]?.split('|').slice(2, 4)).toEqual([place, expect.stringMatching(`^${code}\\^`)]);
    expect(answer.join() + JSON.stringify(outcomes)).not.toMatch(/Agnes|D000123/);
  });

  test('an unknown bed of an A20 is NPU-1', async () => {
    expect((await failing('not_found').send(a20))[2]).toContain('|NPU^1^1^1|204^');
  });

  test('what throws is AE 207, and is told without the message', async () => {
    const { send, bugs, outcomes } = open(() => Promise.reject(new Error('no database')));
    expect((await send(a01))[1]).toBe('MSA|AE|MSG00001|Application internal error');
    expect(bugs).toHaveLength(1);
    expect(JSON.stringify(outcomes)).not.toMatch(/Agnes|Holloway|D000123/);
  });

  test('nothing is acknowledged before it is committed', async () => {
    let commit: (result: Submitted) => void = () => undefined;
    const { send } = open(() => new Promise((resolve) => (commit = resolve)));
    let answered = false;
    const answer = send(a01).finally(() => (answered = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    commit({ ok: true });
    expect((await answer)[1]).toBe('MSA|AA|MSG00001');
  });

  test('the same control id of the same source is the same command id, a UUID of version 8', async () => {
    const { send, submitted } = open();
    await send(a01);
    await send(a01);
    await send(a01.replace('MSG00001', 'MSG00002'));
    const [first, again, other] = submitted.map(({ id }) => id);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(commandIdOf('a', '1:b')).not.toBe(commandIdOf('a:1', 'b'));
    expect(commandIdOf('source-1', 'MSG00001')).toBe(first);
  });

  test('dropped frames are answered by what of their header came', () => {
    const { door, outcomes } = open();
    const answer = (reason: 'too_large' | 'broken_end' | 'handler_failed', head: string) =>
      String(door.refuse({ reason, head: bytesOf(head) }, peer)[0]).split('\r')[1];
    expect(answer('too_large', a01)).toBe('MSA|AR|MSG00001|Value too long');
    expect(answer('too_large', 'MSH|^~\\&|ADT')).toBe('MSA|AR||Value too long');
    expect(answer('broken_end', a01)).toBe('MSA|AE|MSG00001|Broken end of frame, send again');
    expect(answer('handler_failed', a01)).toBe('MSA|AE|MSG00001|Application internal error');
    expect(outcomes.map(({ ack, code }) => `${ack} ${code}`)).toEqual([
      'AR 104',
      'AR 104',
      'AE 207',
      'AE 207',
    ]);
  });
});

describe('what could not be applied', () => {
  function keeping(
    submit: () => Promise<Submitted> = async () => ({
      ok: false,
      error: { code: 'not_found', message: 'no' },
    }),
    fault?: Error,
  ) {
    const kept: KeptMessage[] = [];
    const contacts: [string, number][] = [];
    const bugs: unknown[] = [];
    const door = createHl7Door({
      findSource: async (application) => (application === source.application ? source : undefined),
      submit,
      keep: async (one) => {
        if (fault !== undefined) throw fault;
        kept.push(one);
      },
      onContact: (...contact) => contacts.push(contact),
      onBug: (error) => bugs.push(error),
      now: () => now,
    });
    const send = async (text: string) => String((await door.handle(bytesOf(text), peer))[0]).split('\r')[1];
    return { door, send, kept, contacts, bugs };
  }

  test.each([
    ['an unknown bed', a01, 'AE', '204'],
    ['another event', a01.replace('ADT^A01^ADT_A01', 'ADT^A37'), 'AR', '201'],
    ['another version', a01.replace('2.5.1', '3.0'), 'AR', '203'],
    ['another character set', message(msh({ characterSet: 'KLINGON' }), evn, pid, pv1), 'AR', '103'],
    ['a test message', message(msh({ processingId: 'T' }), evn, pid, pv1), 'AR', '202'],
    ['a missing field', a01.replace('V000123', ''), 'AE', '101'],
    ['a line that is no segment', `${a01}and so on\r`, 'AE', '100'],
  ])('%s is kept as it came, and its source was heard', async (_name, text, ack, code) => {
    const { send, kept, contacts } = keeping();
    expect(await send(text)).toMatch(new RegExp(`^MSA\\|${ack}\\|MSG00001`));
    expect(kept).toMatchObject([{ source, controlId: 'MSG00001', refusal: { ack, code }, receivedAt: now }]);
    expect(kept[0]?.bytes.equals(bytesOf(text))).toBe(true);
    expect(contacts).toEqual([[source.id, now]]);
  });

  test('a fault of ours is kept too', async () => {
    const { send, kept, bugs } = keeping(() => Promise.reject(new Error('no database')));
    expect(await send(a01)).toBe('MSA|AE|MSG00001|Application internal error');
    expect(kept).toMatchObject([{ trigger: 'A01', refusal: { ack: 'AE', code: '207' } }]);
    expect(bugs).toHaveLength(1);
  });

  test('what was applied is not kept; nor what a stranger sent, nor what has no header', async () => {
    const { send, kept, contacts } = keeping(async () => ({ ok: true }));
    expect(await send(a01)).toBe('MSA|AA|MSG00001');
    expect(await send(a01.replace('ADTSYS', 'OTHER'))).toMatch(/^MSA\|AR/);
    expect(await send('PID|1')).toMatch(/^MSA\|AR/);
    expect(kept).toEqual([]);
    expect(contacts).toHaveLength(1);
  });

  test('where it cannot be kept its sender is told to send it again', async () => {
    const { send, bugs } = keeping(undefined, new Error('disk full'));
    expect(await send(a01.replace('ADT^A01^ADT_A01', 'ADT^A37'))).toBe(
      'MSA|AE|MSG00001|Application internal error',
    );
    expect(bugs).toHaveLength(1);
  });

  test('a replay is the same command, changed by the mapping, and is not kept again', async () => {
    const submitted: (AdtCommand & { id: string })[] = [];
    const kept: KeptMessage[] = [];
    const door = createHl7Door({
      findSource: async () => source,
      submit: async (_source, command) => {
        submitted.push(command);
        return submitted.length > 1
          ? { ok: true }
          : { ok: false, error: { code: 'not_found', message: 'no' } };
      },
      mapCommand: async (_source, command) =>
        command.type === 'bed.record-status'
          ? { ...command, data: { ...command.data, status: 'K' } }
          : command,
      keep: async (one) => void kept.push(one),
      now: () => now,
    });
    await door.handle(bytesOf(a20), peer);
    const bytes = kept[0]?.bytes ?? Buffer.alloc(0);
    expect(await door.apply(bytes, source)).toEqual({ ok: true, value: undefined });
    await door.apply(bytes, source, { commandId: 'another' });
    expect(await door.apply(bytesOf('PID|1'), source)).toMatchObject({ ok: false, refusal: { ack: 'AR' } });
    expect(submitted.map(({ id }) => id)).toEqual([
      commandIdOf(source.id, 'MSG00001'),
      commandIdOf(source.id, 'MSG00001'),
      'another',
    ]);
    expect(submitted[1]?.data).toMatchObject({ status: 'K' });
    expect(kept).toHaveLength(1);
  });
});
