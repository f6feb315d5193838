/*
 * The little of HL7 v2 that the day is written in and read from, apart from the server's own: pipe, caret, tilde, and no
 * escapes, because nothing in it needs one.
 */

/** @param {number} ms */
export function timeOf(ms) {
  return `${new Date(ms).toISOString().replace(/[-:TZ]/g, '')}+0000`;
}

/** An HL7 time as the board writes moments. @param {string | undefined} text */
export function momentOf(text) {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)\.(\d{3})\+0000$/.exec(text ?? '');
  return parts === null
    ? undefined
    : `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}.${parts[7]}Z`;
}

/** @param {{ pointOfCare: string, room: string, bed: string, facility: string }} place */
export function placeText({ pointOfCare, room, bed, facility }) {
  return [pointOfCare, room, bed, facility].join('^');
}

/** A segment whose fields stand at their numbers. @param {string} name @param {Record<number, string>} fields */
export function segment(name, fields) {
  const last = Math.max(...Object.keys(fields).map(Number));
  return [name, ...Array.from({ length: last }, (_unused, index) => fields[index + 1] ?? '')].join('|');
}

/**
 * A message as its segments, each found by its name.
 * @param {string} text
 */
export function readMessage(text) {
  const rows = text
    .split('\r')
    .filter((row) => row !== '')
    .map((row) => row.split('|'));
  const all = (name) => rows.filter(([first]) => first === name);
  const [msh] = all('MSH');
  return {
    all,
    trigger: msh[8].split('^')[1],
    controlId: msh[9],
    sentAt: msh[6],
    /** @param {string} name @param {number} field */
    field: (name, field) => all(name)[0]?.[field] ?? '',
  };
}
