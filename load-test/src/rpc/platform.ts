import { login } from '@micromall/contracts';
import { startPeer } from '@micromall/dev';
import { reply, request } from './calls.js';

/** The same echo as a service of the shop would serve it. */
export async function servePlatform(url: string): Promise<void> {
  await startPeer('auth-service', url, ({ server }) => {
    server.serve(login, async () => reply);
  });
}

export async function callPlatform(url: string): Promise<() => Promise<unknown>> {
  const { platform } = await startPeer('frontend-service', url);
  return () => platform.rpc.call(login, request);
}
