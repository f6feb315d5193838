import { readFileSync } from 'node:fs';

/**
 * What the kernel holds of what a server on this machine sent to a client on it: sent and not taken over, and taken over
 * and not read. Nothing where the system does not tell (Linux does, in /proc/net/tcp).
 * @param {number} serverPort
 * @param {readonly number[]} clientPorts
 * @returns {{ bytes: number, isOpen: boolean }[] | undefined} for each client; open as long as the server has not closed
 */
export function kernelQueues(serverPort, clientPorts) {
  let table;
  try {
    table = readFileSync('/proc/net/tcp', 'utf8');
  } catch {
    return undefined;
  }
  const rows = new Map();
  for (const line of table.split('\n').slice(1)) {
    const [, local, remote, state, queues] = line.trim().split(/\s+/);
    if (queues === undefined) continue;
    const [sending, received] = queues.split(':').map((hex) => Number.parseInt(hex, 16));
    const port = (address) => Number.parseInt(address.split(':')[1], 16);
    rows.set(`${port(local)} ${port(remote)}`, { sending, received, isOpen: state === '01' });
  }
  return clientPorts.map((client) => {
    const ofServer = rows.get(`${serverPort} ${client}`);
    const ofClient = rows.get(`${client} ${serverPort}`);
    return { bytes: (ofServer?.sending ?? 0) + (ofClient?.received ?? 0), isOpen: ofServer?.isOpen ?? false };
  });
}
