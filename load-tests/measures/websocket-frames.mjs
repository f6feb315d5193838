/*
 * WebSocket framing (RFC 6455) as far as a client of text messages needs it.
 */

/**
 * A client's text message. The mask is all zeros: it protects proxies from pages, and here is neither.
 * @param {string} text
 */
export function textFrame(text) {
  return frame(0x81, Buffer.from(text));
}

/** @param {Buffer} payload */
export function pongFrame(payload) {
  return frame(0x8a, payload);
}

function frame(first, payload) {
  const { length } = payload;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = Buffer.alloc(2 + extra + 4);
  head[0] = first;
  head[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127);
  if (extra === 2) head.writeUInt16BE(length, 2);
  if (extra === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

/**
 * Cuts what a server sends into messages, however it comes in pieces.
 * @param {(opcode: number, payload: Buffer) => void} onMessage
 * @returns {(chunk: Buffer) => void}
 */
export function createFrameReader(onMessage) {
  /** @type {Buffer[]} */
  let kept = [];
  let keptLength = 0;
  let wanted = 2;
  /** @type {Buffer[]} */
  let fragments = [];
  let opcodeOfFragments = 0;

  return (chunk) => {
    kept.push(chunk);
    keptLength += chunk.length;
    if (keptLength < wanted) return;
    let buffer = kept.length === 1 ? chunk : Buffer.concat(kept);
    for (;;) {
      const header = readHeader(buffer);
      if (header === undefined) {
        wanted = buffer.length + 1;
        break;
      }
      const { final, opcode, start, end } = header;
      if (buffer.length < end) {
        wanted = end;
        break;
      }
      const payload = buffer.subarray(start, end);
      buffer = buffer.subarray(end);
      if (opcode >= 8 || (final && fragments.length === 0)) onMessage(opcode, payload);
      else {
        if (opcode !== 0) opcodeOfFragments = opcode;
        fragments.push(payload);
        if (!final) continue;
        const whole = Buffer.concat(fragments);
        fragments = [];
        onMessage(opcodeOfFragments, whole);
      }
    }
    kept = buffer.length === 0 ? [] : [buffer];
    keptLength = buffer.length;
  };
}

function readHeader(buffer) {
  if (buffer.length < 2) return undefined;
  const short = buffer[1] & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (buffer.length < start) return undefined;
  const length =
    short < 126 ? short : short === 126 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
  return { final: (buffer[0] & 0x80) !== 0, opcode: buffer[0] & 0x0f, start, end: start + length };
}
