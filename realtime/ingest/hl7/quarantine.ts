import type { Refusal } from './refusal.ts';
import type { Hl7Source } from './sources.ts';

/** A message of a source we know that could not be applied, as it came. Its bytes are a patient's data as a whole. */
export type KeptMessage = {
  source: Hl7Source;
  /** MSH-10; '' where the message has none. */
  controlId: string;
  /** MSH-9.2, where it is a trigger event's code at all. */
  trigger?: string;
  bytes: Buffer;
  refusal: Refusal;
  /** ms since 1970. */
  receivedAt: number;
};

/** Resolves when the message is durably kept; when it rejects, nothing is kept and its sender is told to try again. */
export type KeepMessage = (kept: KeptMessage) => Promise<void>;
