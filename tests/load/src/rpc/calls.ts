import type { checkPayment, RpcReply, RpcRequest } from '@micromall/contracts';

/** Both sides of the comparison ask the same and answer the same: an id goes out, a word comes back. */
export const request: RpcRequest<typeof checkPayment> = { orderId: '66f0a1b2c3d4e5f6012345bb' };
export const reply: RpcReply<typeof checkPayment> = { ok: true, status: 'paid' };

export interface CallRate {
  readonly callsPerSecond: number;
  readonly medianMs: number;
}

/** Keeps `inFlight` calls going for a while. */
export async function measureCalls(
  call: () => Promise<unknown>,
  inFlight: number,
  forMs: number,
): Promise<CallRate> {
  const latencies: number[] = [];
  const started = performance.now();
  const end = started + forMs;
  async function caller(): Promise<void> {
    while (performance.now() < end) {
      const asked = performance.now();
      await call();
      latencies.push(performance.now() - asked);
    }
  }
  await Promise.all(Array.from({ length: inFlight }, caller));
  const seconds = (performance.now() - started) / 1_000;
  latencies.sort((a, b) => a - b);
  return {
    callsPerSecond: latencies.length / seconds,
    medianMs: latencies[latencies.length >> 1] ?? Number.NaN,
  };
}
