/** The version of a UUID: the digit that opens its third group. */
export function uuidVersion(uuid: string): number {
  return Number.parseInt(uuid.charAt(14), 16);
}

/** When a UUIDv7 was made, in milliseconds since 1970 (RFC 9562, section 5.7). */
export function uuidTime(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}
