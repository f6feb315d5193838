import { checkMessage } from '../../check.ts';
import { parseMessage } from '../../message.ts';
import { type Generated, generate } from './generate.ts';
import { mutate } from './mutate.ts';
import { judge } from './oracle.ts';
import { createRandom } from './random.ts';

export type CampaignOptions = {
  seed: number;
  messages: number;
  /** Messages of others to begin with. */
  corpus: readonly Buffer[];
  onProgress?(done: number): void;
};

export type CampaignReport = {
  messages: number;
  accepted: number;
  refused: number;
  /** The longest that one message took, in ms. */
  slowestMs: number;
  /** What went wrong, with the bytes in base64: at most ten. */
  problems: { message: number; problem: string; bytes: string }[];
};

/** Mutants that were accepted, or refused in a new way, are worth mutating again. */
const POOL = 2_000;

/**
 * Makes messages and breaks them, and judges what becomes of each: one in four is right and must be read exactly, the
 * others are mutants of right ones, of real ones and of mutants that led somewhere new.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const random = createRandom(options.seed);
  const pool: Buffer[] = [...options.corpus];
  const known = new Set<string>();
  const report: CampaignReport = { messages: 0, accepted: 0, refused: 0, slowestMs: 0, problems: [] };

  function learn(bytes: Buffer): void {
    const { trigger, outcome } = checkMessage(bytes, { timezone: 'UTC' });
    const way = outcome.ok
      ? `${outcome.value.type}`
      : `${outcome.refusal.text} ${/^A\d\d$/.exec(trigger)?.[0] ?? ''}`;
    if (known.has(way)) return;
    known.add(way);
    if (pool.length < POOL) pool.push(Buffer.from(bytes));
  }

  while (report.messages < options.messages && report.problems.length < 10) {
    const made: Generated = generate(random);
    const isRight = random.once(4);
    const from = random.once(2) ? made.bytes : (pool[random.below(pool.length)] ?? made.bytes);
    const other = pool[random.below(pool.length)] ?? made.bytes;
    const bytes = isRight ? made.bytes : mutate(from, other, random);
    const startedAt = performance.now();
    const { problem = isRight ? misread(made) : undefined, outcome } = await judge(bytes, random);
    report.slowestMs = Math.max(report.slowestMs, performance.now() - startedAt);
    report.messages += 1;
    if (outcome === 'accepted') report.accepted += 1;
    else report.refused += 1;
    if (problem !== undefined) {
      report.problems.push({ message: report.messages, problem, bytes: bytes.toString('base64') });
    }
    if (!isRight) learn(bytes);
    if (report.messages % 10_000 === 0) options.onProgress?.(report.messages);
  }
  return report;
}

/** A right message is read, and exactly. */
function misread({ bytes, expected }: Generated): string | undefined {
  const parsed = parseMessage(bytes);
  if (!parsed.ok) return `a right message was refused: ${parsed.refusal.text}`;
  const { value, header } = parsed.value;
  const read = {
    controlId: header.controlId,
    mrn: value('PID', 3),
    family: value('PID', 5),
    visit: value('PV1', 19),
    pointOfCare: value('PV1', 3),
    room: value('PV1', 3, { component: 2 }),
    bed: value('PV1', 3, { component: 3 }),
  };
  const wrong = Object.entries(expected).filter(([name, text]) => Reflect.get(read, name) !== text.trim());
  return wrong.length === 0
    ? undefined
    : `a right message was misread in ${wrong.map(([name]) => name).join(', ')}`;
}
