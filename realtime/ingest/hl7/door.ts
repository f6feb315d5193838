import { randomBytes } from 'node:crypto';
import type { MllpPeer, MllpTrouble } from '../mllp/connection.ts';
import { buildAcknowledgement } from './acknowledgement.ts';
import { readAdt, supportedTriggers } from './adt.ts';
import type { AdtCommand } from './adt-command.ts';
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
  /** Something threw: a fault of ours. The error may quote data: log its kind, not its text. */
  onBug?(error: unknown, connection: string): void;
};

export type Hl7Door = {
  /** Gives the acknowledgement of a message, both without frames. Never rejects. */
  handle(bytes: Buffer, connection: MllpPeer): Promise<Buffer>;
  /**
   * Applies a message of a source without answering or keeping it: a replay. The same MSH-10 is the same command, so
   * what was applied already changes nothing; `commandId` makes it another one, for a message whose MSH-10 was used
   * for other content. Rejects where `handle` would answer for a fault of ours.
   */
  apply(bytes: Buffer, source: Hl7Source, as?: { commandId: string }): Promise<Outcome<undefined>>;
  /** Gives the negative acknowledgement for a frame that never became a message; for the MLLP server's `refuse`. */
  refuse(trouble: MllpTrouble, connection: MllpPeer): Buffer;
};

const troubles: Readonly<Record<MllpTrouble['reason'], Refusal>> = {
  too_large: refusal('AR', '104'),
  broken_end: { ack: 'AE', code: '207', text: 'Broken end of frame, send again' },
  handler_failed: refusal('AE', '207'),
};

/**
 * Gives the door through which HL7 v2 comes in (original acknowledgement mode, chapter 2.9.2): a message becomes a
 * command of the source MSH-3 and MSH-4 name, and is acknowledged when that is committed. The same MSH-10 of the
 * same source is the same command.
 */
export function createHl7Door(options: Hl7DoorOptions): Hl7Door {
  const processingIds = new Set(options.processingIds ?? ['P']);

  function answer(header: Header | undefined, refused: Refusal | undefined): Buffer {
    return buildAcknowledgement({
      ...(header === undefined ? {} : { header }),
      ...(refused === undefined ? {} : { refusal: refused }),
      at: options.now(),
      controlId: randomBytes(10).toString('hex'),
    });
  }

  function tell(connection: MllpPeer, header: Header | undefined, source?: string, refused?: Refusal): void {
    const trigger = header?.triggerEvent ?? '';
    options.onOutcome?.({
      connection: connection.id,
      ...(source === undefined ? {} : { source }),
      ...(supportedTriggers.includes(trigger) ? { trigger } : {}),
      ack: refused?.ack ?? 'AA',
      ...(refused === undefined ? {} : { code: refused.code, text: refused.text }),
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
  async function take(
    bytes: Buffer,
    header: Header,
    source: Hl7Source,
    onBug: (error: unknown) => Refusal,
  ): Promise<Refusal | undefined> {
    const receivedAt = options.now();
    options.onContact?.(source.id, receivedAt);
    let refused: Refusal;
    try {
      const outcome = await apply(bytes, source);
      if (outcome.ok) return undefined;
      refused = outcome.refusal;
    } catch (error) {
      refused = onBug(error);
    }
    try {
      await options.keep?.({
        source,
        controlId: header.controlId,
        ...(/^[A-Z][A-Z0-9]{2}$/.test(header.triggerEvent) ? { trigger: header.triggerEvent } : {}),
        bytes,
        refusal: refused,
        receivedAt,
      });
      return refused;
    } catch (error) {
      return onBug(error);
    }
  }

  function headerOf(bytes: Buffer): Header | undefined {
    const read = readHeader(bytes);
    return read.ok ? read.value : undefined;
  }

  return {
    apply,
    async handle(bytes, connection) {
      const onBug = (error: unknown): Refusal => {
        options.onBug?.(error, connection.id);
        return refusal('AE', '207');
      };
      const read = readHeader(bytes);
      const header = read.ok ? read.value : undefined;
      let source: Hl7Source | undefined;
      let refused: Refusal | undefined;
      try {
        source = header && (await options.findSource(header.application, header.facility));
        if (!read.ok) refused = read.refusal;
        else if (source === undefined) refused = refusal('AR', '103', { segment: 'MSH', field: 3 });
        else refused = await take(bytes, read.value, source, onBug);
      } catch (error) {
        refused = onBug(error);
      }
      tell(connection, header, source?.id, refused);
      return answer(header, refused);
    },
    refuse(trouble, connection) {
      const header = headerOf(trouble.head);
      const refused = troubles[trouble.reason];
      tell(connection, header, undefined, refused);
      return answer(header, refused);
    },
  };
}
