import { createHash } from 'node:crypto';

/**
 * Gives the command id of a message: a UUID of version 8 (RFC 9562, 5.8) made of the SHA-256 of the source and
 * MSH-10, so that a message sent again is the same command again. The parts are length-prefixed: no two pairs run
 * together to the same text.
 */
export function commandIdOf(sourceId: string, controlId: string): string {
  const digest = createHash('sha256').update(`${sourceId.length}:${sourceId}:${controlId}`, 'utf8').digest();
  const bytes = digest.subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
