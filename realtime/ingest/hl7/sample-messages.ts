import type { MllpPeer } from '../mllp/connection.ts';
import type { Hl7Source } from './sources.ts';

/** Messages and surroundings for tests. Names and numbers are invented. */
export const source: Hl7Source = {
  id: 'source-1',
  org: 'org-1',
  facilityCode: 'NORTH',
  timezone: 'Asia/Ho_Chi_Minh',
  application: 'ADTSYS',
  facility: 'NORTH',
};

export const peer: MllpPeer = { id: 'mllp-1', address: '127.0.0.1' };

export type HeaderParts = {
  application?: string;
  facility?: string;
  sentAt?: string;
  type?: string;
  controlId?: string;
  processingId?: string;
  version?: string;
  characterSet?: string;
};

export function msh(parts: HeaderParts = {}): string {
  return [
    ...['MSH', '^~\\&', parts.application ?? 'ADTSYS', parts.facility ?? 'NORTH', 'CAREWALL', 'NETWORK'],
    ...[parts.sentAt ?? '20260131083000', '', parts.type ?? 'ADT^A01^ADT_A01', parts.controlId ?? 'MSG00001'],
    ...[parts.processingId ?? 'P', parts.version ?? '2.5.1', '', '', '', '', '', parts.characterSet ?? ''],
  ].join('|');
}

export const evn = 'EVN|A01|20260131082500||||20260131081500';
export const pid = 'PID|1||D000123^^^NORTH^MR||Holloway^Agnes||19480312|F';
export const pv1 = `PV1|1|I|4W^401^A^NORTH|||3E^310^B^NORTH${'|'.repeat(13)}V000123`;

export function message(...segments: readonly string[]): string {
  return segments.map((segment) => `${segment}\r`).join('');
}

export function bytesOf(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): Buffer {
  return Buffer.from(text, encoding);
}
