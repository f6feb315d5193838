import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** What a mail server says to a recipient, in the place of yes. */
export interface Refusing {
  readonly code: number;
  readonly text: string;
}

/** A real mail server, on this machine, that keeps what it is sent. */
export interface MailServer {
  readonly url: string;
  readonly port: number;
  /** Each as it was written; `to` is who it was handed over for. */
  readonly mails: (Omit<Email, 'to'> & { readonly to: readonly string[] })[];
  /** Whether each connection that brought a mail was encrypted. */
  readonly encrypted: boolean[];
  close(): Promise<void>;
}

/** Starts one. `refuse` is asked at each recipient; without a certificate it offers no STARTTLS. */
export async function startMailServer(
  options: {
    pair?: { cert: string; key: string };
    refuse?: (recipient: string) => Refusing | undefined;
    auth?: { user: string; pass: string };
    onMail?: () => void;
  } = {},
): Promise<MailServer> {
  const { pair, refuse, auth, onMail } = options;
  const mails: MailServer['mails'] = [];
  const encrypted: boolean[] = [];
  const server = new SMTPServer({
    authOptional: auth === undefined,
    hideSTARTTLS: pair === undefined,
    disabledCommands: auth === undefined ? ['AUTH'] : [],
    ...(pair === undefined ? {} : { cert: await readFile(pair.cert), key: await readFile(pair.key) }),
    onAuth: (given, _session, done) =>
      given.username === auth?.user && given.password === auth?.pass
        ? done(null, { user: given.username })
        : done(new Error('no')),
    onRcptTo({ address }, _session, done) {
      const refusal = refuse?.(address);
      done(
        refusal === undefined
          ? null
          : Object.assign(new Error(`${refusal.text} <${address}>`), { responseCode: refusal.code }),
      );
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const mail = await PostalMime.parse(Buffer.concat(chunks));
        mails.push({ ...mail, to: session.envelope.rcptTo.map(({ address }) => address) });
        encrypted.push(session.secure);
        onMail?.();
        done();
      });
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    mails,
    encrypted,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
