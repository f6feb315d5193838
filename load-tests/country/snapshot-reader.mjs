import { Agent, get } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/**
 * Fetches a snapshot as a browser does and counts its bytes as they come, compressed.
 * @param {{ url: string, token: string, topic: string, encoding: string }} options
 * @returns {Promise<{ ms: number, bytes: number, encoding: string | undefined, status: number | undefined }>}
 */
export function readSnapshot({ url, token, topic, encoding }) {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const path = `${url}/api/v1/topics/${encodeURIComponent(topic)}`;
    const headers = { authorization: `Bearer ${token}`, 'accept-encoding': encoding };
    get(path, { agent, headers }, (response) => {
      let bytes = 0;
      response.on('data', (chunk) => {
        bytes += chunk.length;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          ms: performance.now() - began,
          bytes,
          encoding: response.headers['content-encoding'],
          status: response.statusCode,
        }),
      );
    }).on('error', reject);
  });
}
