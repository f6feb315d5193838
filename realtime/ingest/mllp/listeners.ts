import { createMllpServer, type MllpServer, type MllpServerOptions } from './server.ts';
import { readTlsIdentity, type TlsFiles } from './tls.ts';

export type ListenersOptions = Omit<MllpServerOptions, 'port' | 'tls'> & {
  /** Absent: none without TLS. */
  port?: number;
  /** Absent: none with TLS. */
  tls?: TlsFiles & { port: number };
  /** The certificates were read, at the start and on SIGHUP; or could not be, and the old ones stay. */
  onCertificate?(outcome: { validUntil: Date } | { fault: string }): void;
};

/** The doors of MLLP of one process: in the clear, with TLS, or both, with the same limits and the same handler. */
export type MllpListeners = {
  /** @throws the socket's error, or a TlsFault where the certificate cannot be used. */
  listen(): Promise<{ port: number | undefined; tlsPort: number | undefined }>;
  /** As that of a server, of both. */
  close(deadlineMs: number): Promise<void>;
};

/**
 * Gives the listeners. Certificates are files that somebody renews: SIGHUP has them read again, without a connection
 * being lost.
 */
export function createMllpListeners(options: ListenersOptions): MllpListeners {
  const { port, tls, onCertificate, ...shared } = options;
  const servers: MllpServer[] = [];
  let renewing: NodeJS.SignalsListener | undefined;

  async function listenTls(files: TlsFiles & { port: number }): Promise<number> {
    const identity = await readTlsIdentity(files);
    const server = createMllpServer({ ...shared, port: files.port, tls: identity });
    servers.push(server);
    onCertificate?.({ validUntil: identity.validUntil });
    const renew = async (): Promise<void> => {
      try {
        const renewed = await readTlsIdentity(files);
        server.renew(renewed);
        onCertificate?.({ validUntil: renewed.validUntil });
      } catch (error) {
        onCertificate?.({ fault: error instanceof Error ? error.message : 'unknown' });
      }
    };
    renewing = () => void renew();
    process.on('SIGHUP', renewing);
    return (await server.listen()).port;
  }

  return {
    async listen() {
      let plain: MllpServer | undefined;
      if (port !== undefined) {
        plain = createMllpServer({ ...shared, port });
        servers.push(plain);
      }
      return {
        port: (await plain?.listen())?.port,
        tlsPort: tls === undefined ? undefined : await listenTls(tls),
      };
    },
    async close(deadlineMs) {
      if (renewing !== undefined) process.off('SIGHUP', renewing);
      await Promise.all(servers.map((server) => server.close(deadlineMs)));
    },
  };
}
