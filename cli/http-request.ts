import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly cookies: readonly string[];
  readonly body: string;
}

/** The connection was lost, or there was none, or no answer came in time: what was asked may or may not have been done. */
export class LostConnection extends Error {
  override readonly name = 'LostConnection';
}

export type HttpClient = (
  path: string,
  init: {
    readonly method: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
) => Promise<HttpAnswer>;

/** More than any answer that is waited for: what is longer is not ours. */
const mostCharacters = 4_194_304;

/**
 * A client of one server that keeps its connections. Not `fetch`: its streams cost as much for a short answer as all the rest of
 * sending it. Raises a `LostConnection`; every status is an answer, and redirections are not followed.
 */
export function createHttpClient(
  server: URL,
  { connections, timeoutMs }: { connections: number; timeoutMs: number },
): HttpClient {
  const secure = server.protocol === 'https:';
  const options = { keepAlive: true, maxSockets: connections };
  const agent = secure ? new HttpsAgent(options) : new HttpAgent(options);
  const begin = secure ? httpsRequest : httpRequest;
  return (path, { method, headers = {}, body }) =>
    new Promise((resolve, reject) => {
      const lost = () => reject(new LostConnection(`${server.origin} does not answer`));
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const sent = begin(
        new URL(path, server),
        { method, agent, headers: { ...headers, ...length } },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (piece: string) => {
            text += piece;
            if (text.length > mostCharacters) response.destroy();
          });
          response.on('error', lost);
          response.on('close', () => {
            if (!response.complete) return lost();
            const { statusCode: status = 0, headers: got } = response;
            resolve({
              status,
              header: (name) => [got[name]].flat()[0],
              cookies: got['set-cookie'] ?? [],
              body: text,
            });
          });
        },
      );
      sent.setTimeout(timeoutMs, () => sent.destroy(new Error('no answer in time')));
      sent.on('error', lost);
      sent.end(body);
    });
}
