import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { Carrier, Delivery } from './delivery.ts';

export interface MailerOptions {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly url: string;
  readonly from: string;
  /** How long the server may take to answer anything. */
  readonly patienceMs?: number;
  /** Certificates to trust besides the system's, as PEM: for tests. */
  readonly ca?: string;
}

const smtpErrorSchema = z.object({
  code: z.string().optional(),
  responseCode: z.number().optional(),
  command: z.string().optional(),
});

/** Sends mail over SMTP. Nothing goes over the network in the clear: without TLS only to this machine. */
export function createMailer({ url, from, patienceMs = 10_000, ca }: MailerOptions): Carrier {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const local = isThisMachine(hostname);
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !local,
    ignoreTLS: false,
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    dnsTimeout: patienceMs,
    // A letter is text of ours and never names a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const sender = /@([^>\s]+)>?$/.exec(from)?.[1] ?? 'localhost';

  return async ({ id, to, subject, text, html }) => {
    try {
      await transport.sendMail({
        from,
        // As an object: a text would be read as a list, and could name more than one.
        to: { name: '', address: to },
        subject,
        text,
        ...(html === undefined ? {} : { html }),
        // The same at each try, by which servers know a letter that comes twice.
        messageId: `<${id}@${sender}>`,
        headers: { 'auto-submitted': 'auto-generated', 'x-auto-response-suppress': 'All' },
      });
      return { outcome: 'sent' };
    } catch (error) {
      return deliveryOf(error);
    }
  };
}

/** What a failure means. 5yz says never (RFC 5321, 4.2.1), of the recipient or the letter; all else may pass. */
function deliveryOf(error: unknown): Delivery {
  const parsed = smtpErrorSchema.safeParse(error);
  const { code, responseCode, command } = parsed.success ? parsed.data : {};
  if (code === 'EENVELOPE' && responseCode === undefined) return { outcome: 'never', why: 'rejected' };
  // Who may send is between the operator and the server: it can be mended while the letter waits.
  if (code === 'EAUTH' || command?.startsWith('AUTH')) return { outcome: 'later', why: 'refused' };
  if (responseCode === undefined) return { outcome: 'later', why: 'unreachable' };
  return responseCode >= 500 && command !== 'CONN' && command !== 'STARTTLS'
    ? { outcome: 'never', why: 'rejected' }
    : { outcome: 'later', why: 'refused' };
}

/** Whether a host is the machine we run on, to which there is no network to listen on. */
export function isThisMachine(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]', '::1'].includes(hostname);
}
