import { randomBytes } from 'node:crypto';
import type { MllpPeer, MllpTrouble } from '../mllp/connection.ts';
import { buildAcknowledgement } from './acknowledgement.ts';
import { readAdt, supportedTriggers } from './adt.ts';
import { commandIdOf } from './command-id.ts';
import { type Header, readHeader } from './header.ts';
import { parseMessage } from './message.ts';
import { type Outcome, type Refusal, refusal, refuse } from './refusal.ts';
import type { FindSource } from './sources.ts';
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

  async function take(bytes: Buffer): Promise<{ source?: string; outcome: Outcome<undefined> }> {
    const parsed = parseMessage(bytes);
    if (!parsed.ok) return { outcome: parsed };
    const message = parsed.value;
    const { header } = message;
    const source = await options.findSource(header.application, header.facility);
    if (source === undefined) return { outcome: refuse('AR', '103', { segment: 'MSH', field: 3 }) };
    if (!processingIds.has(header.processingId)) {
      return { source: source.id, outcome: refuse('AR', '202', { segment: 'MSH', field: 11 }) };
    }
    const command = readAdt(message, source);
    if (!command.ok) return { source: source.id, outcome: command };
    const id = commandIdOf(source.id, header.controlId);
    const submitted = await options.submit(source, { id, ...command.value });
    if (submitted.ok) return { source: source.id, outcome: { ok: true, value: undefined } };
    return { source: source.id, outcome: { ok: false, refusal: refusalOf(command.value, submitted.error) } };
  }

  function headerOf(bytes: Buffer): Header | undefined {
    const read = readHeader(bytes);
    return read.ok ? read.value : undefined;
  }

  return {
    async handle(bytes, connection) {
      const header = headerOf(bytes);
      try {
        const { source, outcome } = await take(bytes);
        const refused = outcome.ok ? undefined : outcome.refusal;
        tell(connection, header, source, refused);
        return answer(header, refused);
      } catch (error) {
        options.onBug?.(error, connection.id);
        const refused = refusal('AE', '207');
        tell(connection, header, undefined, refused);
        return answer(header, refused);
      }
    },
    refuse(trouble, connection) {
      const header = headerOf(trouble.head);
      const refused = troubles[trouble.reason];
      tell(connection, header, undefined, refused);
      return answer(header, refused);
    },
  };
}
