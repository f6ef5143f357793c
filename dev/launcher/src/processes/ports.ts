import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { claimPort, releasePorts } from './port-claims.js';

/** Below the ports that Linux and macOS hand out to outgoing connections, above the usual servers. */
const FIRST_FREE_CANDIDATE = 27_200;
const LAST_FREE_CANDIDATE = 31_999;

/** A port may be taken on one of these and look free on the others. */
const ADDRESSES = ['127.0.0.1', '0.0.0.0', '::'];
const NO_SUCH_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(NO_SUCH_ADDRESS.has(error.code ?? '')));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Whether nobody on this machine listens on the port, on any address. */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of ADDRESSES) {
    if (!(await canListen(port, host))) return false;
  }
  return true;
}

/** Claims the port for this process if nobody listens on it and nobody is about to. Returns whether it did. */
export async function takePort(port: number): Promise<boolean> {
  if (!claimPort(port)) return false;
  if (await isPortFree(port)) return true;
  releasePorts([port]);
  return false;
}

/** `count` different ports that nobody uses or is about to use, claimed for this process. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let attempt = 0; attempt < 1000 && found.size < count; attempt += 1) {
    const candidate = randomInt(FIRST_FREE_CANDIDATE, LAST_FREE_CANDIDATE + 1);
    if (await takePort(candidate)) found.add(candidate);
  }
  if (found.size < count) {
    throw new Error(`No free port was found between ${FIRST_FREE_CANDIDATE} and ${LAST_FREE_CANDIDATE}.`);
  }
  return [...found];
}

/** One port that nobody uses or is about to use, claimed for this process. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  if (port === undefined) throw new Error('No free port was found.');
  return port;
}
