import { createServer } from 'node:net';

const SAID: Record<string, string> = {
  EADDRINUSE: 'the port is in use',
  EACCES: 'this user may not use the port',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'the host name is unknown',
};

/** Why a server does not listen; `code` is the system's, such as EADDRINUSE. */
export class ListenFailed extends Error {
  override readonly name = 'ListenFailed';
  readonly code: string;

  constructor(at: { host: string; port: number }, code: string) {
    super(`cannot listen on ${at.host}:${at.port}: ${SAID[code] ?? code}`);
    this.code = code;
  }
}

/** The system's code of an error, or EUNKNOWN. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'EUNKNOWN';
}

/** The failure that node meets on the same address: for a server that only says that it failed. */
export async function listenFailure(at: { host: string; port: number }): Promise<ListenFailed> {
  const probe = createServer();
  const code = await new Promise<string>((resolve) => {
    probe.once('error', (error) => resolve(codeOf(error)));
    probe.listen(at.port, at.host, () => resolve('EUNKNOWN'));
  });
  probe.close();
  return new ListenFailed(at, code);
}
