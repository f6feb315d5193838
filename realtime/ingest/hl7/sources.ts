import type { MllpPeer } from '../mllp/connection.ts';

/** A system that sends HL7 v2 to us, as configured: MSH-3 and MSH-4 name it, and so its facility. */
export type Hl7Source = {
  id: string;
  /** The organisation its facts belong to. */
  org: string;
  /** What its PV1-3.4 and NPU-1.4 mean when they are empty. */
  facilityCode: string;
  /** IANA zone of its times that name no offset, such as `Asia/Ho_Chi_Minh`. */
  timezone: string;
  /** MSH-3.1 and MSH-4.1 of its messages. */
  application: string;
  facility: string;
};

/**
 * Finds the source with exactly this MSH-3.1 and MSH-4.1; nothing when none is configured, or when it may not speak
 * through this connection (whose certificate `peer` holds, where the listener asks for one).
 */
export type FindSource = (
  application: string,
  facility: string,
  peer: MllpPeer,
) => Promise<Hl7Source | undefined>;
