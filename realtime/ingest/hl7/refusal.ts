/** HL7 table 0357, message error condition codes (chapter 2, ERR-3), as far as they are used here. */
export const errorConditions = {
  '100': 'Segment sequence error',
  '101': 'Required field missing',
  '102': 'Data type error',
  '103': 'Table value not found',
  '104': 'Value too long',
  '200': 'Unsupported message type',
  '201': 'Unsupported event code',
  '202': 'Unsupported processing id',
  '203': 'Unsupported version id',
  '204': 'Unknown key identifier',
  '205': 'Duplicate key identifier',
  '207': 'Application internal error',
} as const;

export type ErrorCondition = keyof typeof errorConditions;

/**
 * A place in a message, as in `PV1-3.1`; fields, repetitions and components count from 1, and so do the occurrences of a
 * segment.
 */
export type Location = {
  segment: string;
  occurrence?: number;
  field?: number;
  component?: number;
  repetition?: number;
};

/**
 * Why a message was not taken. `AR`: as it stands it never will be (chapter 2.9.2: its kind, version, sender or size
 * is not for us); `AE`: its content is at fault, or we are, and the sender may correct it or try again.
 * `text` is ours and names positions, never values.
 */
export type Refusal = {
  ack: 'AE' | 'AR';
  code: ErrorCondition;
  location?: Location;
  text: string;
};

export type Outcome<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

/** Gives a location the way HL7 people write it: `PID-3.1`; `PID[2]-3.1` in the second PID. */
export function position(location: Location): string {
  const { occurrence = 1 } = location;
  const segment = occurrence === 1 ? location.segment : `${location.segment}[${occurrence}]`;
  if (location.field === undefined) return segment;
  const field = `${segment}-${location.field}`;
  return location.component === undefined ? field : `${field}.${location.component}`;
}

/** Gives a refusal whose text is the table's own words and the position. */
export function refusal(ack: Refusal['ack'], code: ErrorCondition, location?: Location): Refusal {
  const words = errorConditions[code];
  return location === undefined
    ? { ack, code, text: words }
    : { ack, code, location, text: `${words}: ${position(location)}` };
}

/** The same, as the outcome of a step. */
export function refuse(
  ack: Refusal['ack'],
  code: ErrorCondition,
  location?: Location,
): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: refusal(ack, code, location) };
}
