import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '#realtime/testing/test-server.ts';
import type { Terminal } from './command-line.ts';
import { importFacilitiesCommand } from './import-facilities.ts';
import { progressLine } from './import-progress.ts';
import { typedLine } from './password.ts';

let server: TestServer;
let folder: string;
beforeAll(async () => {
  [server, folder] = await Promise.all([
    startTestServer('node'),
    mkdtemp(join(tmpdir(), 'carewall-import-')),
  ]);
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const map = {
  facility: { column: 'Id' },
  name: 'Name',
  region: { column: 'Region', prefix: 'r' },
  counts: [{ level: 'hospice', capacity: 'Beds', available: 'Free' }],
};

/** A file of facilities under ids of one test's own; the last row says nothing of beds. */
async function fileOf(prefix: string, count: number, rows: readonly string[] = []): Promise<string> {
  const path = join(folder, `${prefix}.csv`);
  const all = Array.from(
    { length: count },
    (_, index) => `${prefix}-${index},Facility ${index},${index % 3},${index === count - 1 ? '' : '10'},2`,
  );
  await writeFile(path, ['Id,Name,Region,Beds,Free', ...all, ...rows, ''].join('\r\n'));
  return path;
}

/** Runs the command as somebody would type it; `watch` is told of each progress, with a hand on Ctrl C. */
async function run(args: readonly string[], watch: (interrupt: () => void) => void = () => undefined) {
  vi.stubEnv('CAREWALL_URL', server.url());
  vi.stubEnv('CAREWALL_EMAIL', 'admin@demo.carewall.example');
  vi.stubEnv('CAREWALL_PASSWORD', process.env.CAREWALL_PASSWORD || 'demo-carewall');
  const mapFile = join(folder, 'map.json');
  await writeFile(mapFile, JSON.stringify(map));
  const interruption = new AbortController();
  const said: string[] = [];
  const terminal: Terminal = {
    out: (line) => said.push(line),
    err: (line) => said.push(line),
    progress: () => watch(() => interruption.abort()),
    interrupted: interruption.signal,
  };
  const code = await importFacilitiesCommand.run([...args, '--map', mapFile], terminal);
  return { code, said: said.join('\n') };
}

/** What the server has of the facilities of one test: how many, how many events, how many with counts. */
async function kept(prefix: string) {
  const [row] = await server.database.owner`
    select count(distinct p.id)::int as facilities, count(distinct a.facility)::int as counted, coalesce(sum(distinct t.total), 0)::int as events
    from carewall.places p
    left join carewall.availability a on a.org_id = p.org_id and a.facility = p.id
    cross join (select sum(seq) as total from carewall.topics where topic like ${`facility/${prefix}-%`}) t
    where p.org_id = 'demo' and p.id like ${`${prefix}-%`} and p.kind = 'facility'`;
  return row;
}

test('INV-2.5 every row becomes a facility, once, however often the file is given', async () => {
  const file = await fileOf('whole', 40);
  const args = [file, '--as-of', '2020-04-01'];
  expect(await run(args)).toMatchObject({
    code: 0,
    said: expect.stringContaining('40 registered, 0 changed, 0 the same, 0 refused'),
  });
  const first = await kept('whole');
  expect(first).toEqual({ facilities: 40, counted: 39, events: 79 });
  expect(await run(args)).toMatchObject({
    code: 0,
    said: expect.stringContaining('0 registered, 0 changed, 40 the same'),
  });
  expect(await kept('whole')).toEqual(first);
  const later = await run([file, '--as-of', '2020-05-01']);
  expect(later.said).toContain('40 changed');
  const old = await run(args);
  expect(old.said).toContain('40 the same, 0 refused; of 39 somebody has said something later, which stands');
});

test('a row that is refused is told of with its line and its reason, and the others are there', async () => {
  const file = await fileOf('faulty', 3, [
    'faulty-0,Once more,0,10,2',
    'icu,The id of a unit,0,10,2',
    'faulty-9,"Too many, by far",0,10,11',
    'faulty-8,Too few columns',
  ]);
  const refused = join(folder, 'refused.csv');
  const { code, said } = await run([file, '--as-of', '2020-04-01', '--refused', refused]);
  expect(code).toBe(1);
  expect(said).toContain('3 registered, 0 changed, 0 the same, 4 refused');
  expect((await readFile(refused, 'utf8')).trim().split('\r\n').sort()).toEqual(
    [
      'line,facility,code,path,message',
      '5,faulty-0,conflict,Id,stands in line 2 already',
      '6,icu,conflict,data.facility,is the id of something else',
      '7,faulty-9,invalid,Free,is more than the capacity',
      '8,,invalid,,"has 2 columns, not 5"',
    ].sort(),
  );
  expect(said).toContain('line 6 (icu): conflict');
  expect(await kept('faulty')).toMatchObject({ facilities: 3 });
});

test('stopped half-way it says where to go on, and then all of it is there', async () => {
  const file = await fileOf('halfway', 300);
  const args = [file, '--as-of', '2020-04-01', '--concurrency', '4'];
  const stopped = await run(args, (interrupt) => interrupt());
  expect(stopped.code).toBe(1);
  const line = /--from-line (\d+)/.exec(stopped.said)?.[1];
  expect(Number(line)).toBeGreaterThan(1);
  expect(Number(line)).toBeLessThan(301);
  const rest = await run([...args, '--from-line', String(line)]);
  expect(rest.code).toBe(0);
  expect(await kept('halfway')).toMatchObject({ facilities: 300, counted: 299, events: 599 });
});

test('INV-1.5 a server that is killed and comes back has every row, once', async () => {
  const file = await fileOf('killed', 300);
  let restarted: Promise<unknown> | undefined;
  const { code, said } = await run([file, '--as-of', '2020-04-01'], () => {
    if (restarted !== undefined) return;
    server.process().kill('SIGKILL');
    restarted = server.restart();
  });
  await restarted;
  expect(said).toContain('0 refused');
  expect(code).toBe(0);
  expect(await kept('killed')).toMatchObject({ facilities: 300, counted: 299, events: 599 });
});

test('a session that ends meanwhile is begun anew, and no row is lost', async () => {
  const file = await fileOf('ended', 200);
  let ending: Promise<unknown> | undefined;
  const { code, said } = await run([file, '--as-of', '2020-04-01'], () => {
    ending ??= server.database.owner`
      update carewall.sessions set ended_at = clock_timestamp(), ended_why = 'test' where ended_at is null`.execute();
  });
  await ending;
  expect(said).toContain('200 registered, 0 changed, 0 the same, 0 refused');
  expect(code).toBe(0);
  const [sessions] = await server.database.owner`
    select count(*)::int as ended from carewall.sessions where ended_why = 'test'`;
  expect(sessions?.ended).toBeGreaterThan(0);
});

test('INV-3.1 somebody who may not is told so, row by row, and nothing is there', async () => {
  const file = await fileOf('denied', 2);
  const { code, said } = await run([file, '--as-of', '2020-04-01', '--email', 'nurse@demo.carewall.example']);
  expect(code).toBe(1);
  expect(said).toContain('forbidden');
  expect(await kept('denied')).toMatchObject({ facilities: 0 });
});

test('a dry run reads every row and sends none', async () => {
  const { code, said } = await run([await fileOf('dry', 5), '--as-of', '2020-04-01', '--dry-run']);
  expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('5 would be sent, 0 refused') });
  expect(said).toContain('40 beds in 4 facilities');
  expect(await kept('dry')).toMatchObject({ facilities: 0 });
});

test('a wrong password is told of, and nothing of it is repeated', async () => {
  vi.stubEnv('CAREWALL_PASSWORD', 'not-the-password');
  const { code, said } = await run([await fileOf('wrong', 1), '--as-of', '2020-04-01']);
  expect(code).toBe(1);
  expect(said).toContain('does not let admin@demo.carewall.example in');
  expect(said).not.toContain('not-the-password');
});

test.each([
  [['--as-of', '2020-04-01'], /name one file/],
  [['a.csv'], /--as-of must be a date/],
  [['a.csv', '--as-of', 'yesterday'], /--as-of must be a date/],
  [['a.csv', '--as-of', '2020-04-01', '--concurrency', '99'], /--concurrency must be/],
  [['a.csv', '--as-of', '2020-04-01', '--url', 'ftp://x'], /--url must be/],
  [['a.csv', '--as-of', '2020-04-01', '--password', 'x'], /Unknown option/],
])('%j are no arguments', async (args, message) => {
  await expect(run(args)).rejects.toThrow(message);
});

test('a map with faults is refused with all of them, before anything is sent', async () => {
  const wrong = join(folder, 'wrong.json');
  await writeFile(wrong, JSON.stringify({ facility: 'Id', name: '', colour: 'red' }));
  const file = await fileOf('mapped', 1);
  const answer = importFacilitiesCommand.run(
    [file, '--as-of', '2020-04-01', '--map', wrong, '--email', 'x'],
    {
      out: () => undefined,
      err: () => undefined,
      progress: () => undefined,
      interrupted: new AbortController().signal,
    },
  );
  await expect(answer).rejects.toThrow(/facility: .*\n.*name: .*\n/s);
});

test('progress says how far, how fast, what was refused and how long still', () => {
  expect(progressLine({ rows: 3_000, refused: 2 }, { share: 0.5, elapsedMs: 10_000 })).toBe(
    '[############------------] 50 %  3,000 rows  300/s  2 refused  0:10 left',
  );
});

test('a password is taken as it is typed, with what was taken back taken back', async () => {
  const typed = (keys: string) => {
    const input = new PassThrough();
    const line = typedLine(input);
    for (const key of keys) input.write(key);
    input.end();
    return line;
  };
  expect(await typed('secrex\u007ft\r')).toBe('secret');
  expect(await typed('wrong\u0015right\n')).toBe('right');
  expect(await typed('secret\u0003')).toBeUndefined();
  expect(await typed('secret')).toBeUndefined();
});
