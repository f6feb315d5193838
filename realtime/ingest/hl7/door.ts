import { randomBytes } from 'node:crypto';
import type { MllpPeer, MllpTrouble } from '../mllp/connection.ts';
import { buildAcknowledgement } from './acknowledgement.ts';
import { acknowledgementsOwed, type Fate } from './acknowledgement-mode.ts';
import { readAdt, supportedTriggers } from './adt.ts';
import type { AdtCommand } from './adt-command.ts';
import { isBatch, splitBatch } from './batch.ts';
import { answerBatch, MAX_BATCH_MESSAGES } from './batch-answer.ts';
import { commandIdOf } from './command-id.ts';
import { type Header, readHeader } from './header.ts';
import { parseMessage } from './message.ts';
import type { KeepMessage } from './quarantine.ts';
import { type Outcome, type Refusal, refusal, refuse } from './refusal.ts';
import type { FindSource, Hl7Source } from './sources.ts';
import { refusalOf, type Submit } from './submission.ts';

/** What became of one message, for metrics and logs: codes and positions, nothing from inside it. */
export type DoorOutcome = {
  connection: string;
  source?: string;
  /** A trigger event we know, or nothing: what a stranger writes there is no label for a metric. */
  trigger?: string;
  ack: 'AA' | 'AE' | 'AR';
  code?: Refusal['code'];
  text?: string;
  /** Of a refused message: whether it is kept to be mended and played again. */
  isKept?: boolean;
  /** How long the message was, and how long it took from being whole to being answered; in bytes and ms. */
  measured?: { bytes: number; ms: number };
};

export type Hl7DoorOptions = {
  findSource: FindSource;
  /** Resolves when the command is committed or refused; until then nothing is acknowledged. */
  submit: Submit;
  /**
   * Keeps a message of a known source that was refused; awaited before it is answered. A message of an unknown source
   * is not kept, nor one whose header cannot be read: an AR tells their sender, who has them, that we do not.
   */
  keep?: KeepMessage;
  /** A source was heard, whatever became of its message; `at` in ms since 1970. */
  onContact?(sourceId: string, at: number): void;
  /** Changes what a source's message says before it is submitted: locations that are named otherwise here. */
  mapCommand?(source: Hl7Source, command: AdtCommand): Promise<AdtCommand>;
  /** ms since 1970, for MSH-7 of the acknowledgements. */
  now(): number;
  /** Values of MSH-11.1 (table 0103) that are taken. Production only, unless told. */
  processingIds?: readonly string[];
  onOutcome?(outcome: DoorOutcome): void;
  /** Something is wrong with a batch as a whole (its counts, its end); the text is ours. Its messages were taken. */
  onBatchFault?(text: string, connection: string): void;
  /** Something threw: a fault of ours. The error may quote data: log its kind, not its text. */
  onBug?(error: unknown, connection: string): void;
};

export type Hl7Door = {
  /**
   * Gives the acknowledgements a message is owed, all without frames: one in original mode, none to two in enhanced mode;
   * for a batch (FHS or BHS first) one batch of them. Never rejects.
   */
  handle(bytes: Buffer, connection: MllpPeer): Promise<readonly Buffer[]>;
  /**
   * Applies a message of a source without answering or keeping it: a replay. The same MSH-10 is the same command, so
   * what was applied already changes nothing; `commandId` makes it another one, for a message whose MSH-10 was used
   * for other content. Rejects where `handle` would answer for a fault of ours.
   */
  apply(bytes: Buffer, source: Hl7Source, as?: { commandId: string }): Promise<Outcome<undefined>>;
  /** Gives the negative acknowledgement for a frame that never became a message; for the MLLP server's `refuse`. */
  refuse(trouble: MllpTrouble, connection: MllpPeer): readonly Buffer[];
};

const troubles: Readonly<Record<MllpTrouble['reason'], Refusal>> = {
  too_large: refusal('AR', '104'),
  broken_end: { ack: 'AE', code: '207', text: 'Broken end of frame, send again' },
  handler_failed: refusal('AE', '207'),
};

/**
 * Gives the door through which HL7 v2 comes in: a message becomes a command of the source MSH-3 and MSH-4 name, and is
 * acknowledged (chapter 2.9) when that is committed, or when it is kept because it cannot be applied. The same MSH-10 of the
 * same source is the same command.
 */
export function createHl7Door(options: Hl7DoorOptions): Hl7Door {
  const processingIds = new Set(options.processingIds ?? ['P']);

  function answer(header: Header | undefined, fate: Fate): Buffer[] {
    return acknowledgementsOwed(header, fate).map((owed) =>
      buildAcknowledgement({
        ...owed,
        ...(header === undefined ? {} : { header }),
        at: options.now(),
        controlId: randomBytes(10).toString('hex'),
      }),
    );
  }

  function tell(
    connection: MllpPeer,
    header: Header | undefined,
    fate: Fate,
    source?: string,
    measured?: DoorOutcome['measured'],
  ): void {
    const trigger = header?.triggerEvent ?? '';
    const refused = fate.kind === 'refused' ? fate : undefined;
    options.onOutcome?.({
      connection: connection.id,
      ...(source === undefined ? {} : { source }),
      ...(supportedTriggers.includes(trigger) ? { trigger } : {}),
      ack: refused?.refusal.ack ?? 'AA',
      ...(refused && { code: refused.refusal.code, text: refused.refusal.text, isKept: refused.isKept }),
      ...(measured === undefined ? {} : { measured }),
    });
  }

  async function apply(
    bytes: Buffer,
    source: Hl7Source,
    as?: { commandId: string },
  ): Promise<Outcome<undefined>> {
    const parsed = parseMessage(bytes);
    if (!parsed.ok) return parsed;
    const { header } = parsed.value;
    if (!processingIds.has(header.processingId)) return refuse('AR', '202', { segment: 'MSH', field: 11 });
    const read = readAdt(parsed.value, source);
    if (!read.ok) return read;
    const command = (await options.mapCommand?.(source, read.value)) ?? read.value;
    const id = as?.commandId ?? commandIdOf(source.id, header.controlId);
    const submitted = await options.submit(source, { id, ...command });
    return submitted.ok
      ? { ok: true, value: undefined }
      : { ok: false, refusal: refusalOf(command, submitted.error) };
  }

  /** Applies a message of a known source; what cannot be applied is kept before its refusal is given. */
  async function applyOrKeep(
    bytes: Buffer,
    header: Header,
    source: Hl7Source,
    onBug: (error: unknown) => Refusal,
  ): Promise<Fate> {
    const receivedAt = options.now();
    options.onContact?.(source.id, receivedAt);
    let refused: Refusal;
    try {
      const outcome = await apply(bytes, source);
      if (outcome.ok) return { kind: 'applied' };
      refused = outcome.refusal;
    } catch (error) {
      refused = onBug(error);
    }
    if (options.keep === undefined) return { kind: 'refused', refusal: refused, isKept: false };
    try {
      await options.keep({
        source,
        controlId: header.controlId,
        ...(/^[A-Z][A-Z0-9]{2}$/.test(header.triggerEvent) ? { trigger: header.triggerEvent } : {}),
        bytes,
        refusal: refused,
        receivedAt,
      });
      return { kind: 'refused', refusal: refused, isKept: true };
    } catch (error) {
      return { kind: 'refused', refusal: onBug(error), isKept: false };
    }
  }

  async function take(bytes: Buffer, connection: MllpPeer): Promise<Buffer[]> {
    const startedAt = performance.now();
    const onBug = (error: unknown): Refusal => {
      options.onBug?.(error, connection.id);
      return refusal('AE', '207');
    };
    const lost = (refused: Refusal): Fate => ({ kind: 'refused', refusal: refused, isKept: false });
    const read = readHeader(bytes);
    const header = read.ok ? read.value : undefined;
    let source: Hl7Source | undefined;
    let fate: Fate;
    try {
      source = header && (await options.findSource(header.application, header.facility));
      if (!read.ok) fate = lost(read.refusal);
      else if (source === undefined) fate = lost(refusal('AR', '103', { segment: 'MSH', field: 3 }));
      else fate = await applyOrKeep(bytes, read.value, source, onBug);
    } catch (error) {
      fate = lost(onBug(error));
    }
    const measured = { bytes: bytes.length, ms: performance.now() - startedAt };
    tell(connection, header, fate, source?.id, measured);
    return answer(header, fate);
  }

  async function takeBatch(bytes: Buffer, connection: MllpPeer): Promise<Buffer[]> {
    const items = splitBatch(bytes);
    const messages = items.flatMap((item) => (item.kind === 'message' ? [item.bytes] : []));
    if (messages.length > MAX_BATCH_MESSAGES) {
      const fate: Fate = { kind: 'refused', refusal: refusal('AR', '104'), isKept: false };
      tell(connection, undefined, fate);
      return answer(undefined, fate);
    }
    const answers: Buffer[] = [];
    // One after the other: the order of the facts is theirs.
    for (const one of messages) answers.push(...(await take(one, connection)));
    for (const item of items) if (item.kind === 'fault') options.onBatchFault?.(item.text, connection.id);
    return answers.length === 0 ? [] : [answerBatch(items, answers, options.now())];
  }

  function headerOf(bytes: Buffer): Header | undefined {
    const read = readHeader(bytes);
    return read.ok ? read.value : undefined;
  }

  return {
    apply,
    handle: (bytes, connection) => (isBatch(bytes) ? takeBatch : take)(bytes, connection),
    refuse(trouble, connection) {
      const header = headerOf(trouble.head);
      const fate: Fate = { kind: 'refused', refusal: troubles[trouble.reason], isKept: false };
      tell(connection, header, fate);
      return answer(header, fate);
    },
  };
}
