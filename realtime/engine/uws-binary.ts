import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pinned from './uws-binaries.json' with { type: 'json' };

export type Uws = typeof import('uWebSockets.js');

declare module 'uWebSockets.js' {
  // The package's own types leave out what its code has: a host together with exclusive use of the port.
  export const LIBUS_LISTEN_EXCLUSIVE_PORT: ListenOptions;
  interface TemplatedApp {
    listen(
      host: RecognizedString,
      port: number,
      options: ListenOptions,
      cb: (listenSocket: us_listen_socket | false) => void,
    ): TemplatedApp;
  }
}

export type UwsLoad =
  | { loaded: true; module: Uws; file: string; sha256: string }
  | { loaded: false; reason: string };

/**
 * The binary of uWebSockets.js for this platform, loaded only when its hash is the one in `uws-binaries.json`: the
 * package is a republication, and a binary is code that no reviewer reads. On a new version of the package,
 * write the table anew with the SHA-256 of each `.node` file in it.
 */
export async function loadUws(): Promise<UwsLoad> {
  const binary = await findBinary();
  if (!binary.found) return { loaded: false, reason: binary.reason };
  const { file, sha256 } = binary;

  // The binary reads this once, while loading, and its own bound of 4 KiB is less than proxies and cookies need.
  process.env.UWS_HTTP_MAX_HEADERS_SIZE ??= '16384';
  try {
    const { default: module } = await import('uWebSockets.js');
    return { loaded: true, module, file, sha256 };
  } catch (error) {
    return { loaded: false, reason: `${file}: ${firstLines(error)}` };
  }
}

type Binary = { found: true; file: string; sha256: string } | { found: false; reason: string };

async function findBinary(): Promise<Binary> {
  const file = `uws_${process.platform}_${process.arch}_${process.versions.modules}.node`;
  let content: Buffer;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('uWebSockets.js'));
    content = await readFile(join(folder, file));
  } catch {
    return { found: false, reason: `${file} is not installed` };
  }
  const sha256 = createHash('sha256').update(content).digest('hex');
  const refusal = refuseBinary(file, sha256);
  return refusal === undefined ? { found: true, file, sha256 } : { found: false, reason: refusal };
}

/** Why a binary with this hash is not to be loaded, or undefined when it is the one that was recorded. */
export function refuseBinary(file: string, sha256: string): string | undefined {
  const known = new Map(Object.entries(pinned.sha256)).get(file);
  if (known === undefined) return `${file} has no recorded hash`;
  if (known !== sha256) return `${file} has sha256 ${sha256}, recorded is ${known}`;
  return undefined;
}

function firstLines(error: unknown): string {
  return String(error).split('\n').filter(Boolean).slice(-1).join(' ');
}
