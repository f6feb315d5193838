import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { Assertion, Attestation } from '../session/relying-party.ts';

/** A key on a device that tests hold in their hands: it signs whatever they want it to say. */
export interface SoftPasskey {
  readonly credential: string;
  make(challenge: string, says?: Partial<Says>): Attestation;
  use(challenge: string, says?: Partial<Says>): Assertion;
}

/** What it says besides the challenge. */
export interface Says {
  readonly origin: string;
  readonly rpId: string;
  readonly counter: number;
  /** Whether its owner showed a finger, a face or a PIN. */
  readonly verified: boolean;
}

/** Makes a key that says what is usual unless it is told otherwise. */
export function createSoftPasskey(usual: Pick<Says, 'origin' | 'rpId'>): SoftPasskey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(16);
  const credential = id.toString('base64url');
  let counter = 0;

  function said(says: Partial<Says>): Says {
    counter += 1;
    return { ...usual, counter, verified: true, ...says };
  }

  function clientData(type: string, challenge: string, origin: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  }

  /** What an authenticator signs about itself: for whom, how its owner was there, its counter, and a new key. */
  function authenticatorData({ rpId, counter: count, verified }: Says, made: Buffer | undefined): Buffer {
    const flags = 0x01 | (verified ? 0x04 : 0) | (made === undefined ? 0 : 0x40);
    const head = Buffer.alloc(5);
    head[0] = flags;
    head.writeUInt32BE(count, 1);
    const hash = createHash('sha256').update(rpId).digest();
    return Buffer.concat([hash, head, ...(made === undefined ? [] : [made])]);
  }

  /** The new key as COSE: a map of five in CBOR. */
  function coseKey(): Buffer {
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const coordinate = (label: number, value: string) =>
      Buffer.concat([Buffer.from([label, 0x58, 0x20]), Buffer.from(value, 'base64url')]);
    return Buffer.concat([
      Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01]),
      coordinate(0x21, x),
      coordinate(0x22, y),
    ]);
  }

  return {
    credential,
    make(challenge, says = {}) {
      const all = said(says);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const data = authenticatorData(all, Buffer.concat([Buffer.alloc(16), length, id, coseKey()]));
      const attestation = Buffer.concat([
        Buffer.from([0xa3, 0x63]),
        Buffer.from('fmt'),
        Buffer.from([0x64]),
        Buffer.from('none'),
        Buffer.from([0x67]),
        Buffer.from('attStmt'),
        Buffer.from([0xa0, 0x68]),
        Buffer.from('authData'),
        Buffer.from([0x58, data.length]),
        data,
      ]);
      return {
        id: credential,
        rawId: credential,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientData('webauthn.create', challenge, all.origin).toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
      };
    },
    use(challenge, says = {}) {
      const all = said(says);
      const data = authenticatorData(all, undefined);
      const client = clientData('webauthn.get', challenge, all.origin);
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
      return {
        id: credential,
        rawId: credential,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: sign('sha256', signed, privateKey).toString('base64url'),
        },
      };
    },
  };
}
