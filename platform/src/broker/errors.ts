/** The faults that a server answers with, beside the failures of its contract. */
export const remoteFaults = ['malformed-request', 'forbidden', 'failed'] as const;

/** See {@link remoteFaults}. */
export type RemoteFault = (typeof remoteFaults)[number];

/** Every fault of a call; see {@link RpcFault}. */
export const rpcFaults = [
  'timeout',
  'unroutable',
  'busy',
  'circuit-open',
  'disconnected',
  'malformed-reply',
  ...remoteFaults,
] as const;

/**
 * Why a call has no answer that its caller could use.
 * - `timeout`: no answer within the time that the caller waits: nobody took the request, its queue was full, or the
 *   work takes longer; whether it was done is unknown
 * - `unroutable`: no such queue on the broker
 * - `busy`: too many calls wait already, or the broker takes no messages now
 * - `circuit-open`: nobody has answered calls to this queue lately; this one was not sent
 * - `disconnected`: no connection to the broker, or lost while waiting; whether the work was done is unknown
 * - `malformed-reply`: an answer came that is not what the contract says
 * - `malformed-request`, `forbidden`, `failed`: the server refused the request, or its handler threw
 */
export type RpcFault = (typeof rpcFaults)[number];

/** The answer that {@link RpcClient.tryCall} gives in place of a fault. */
export interface RpcUnavailable {
  readonly ok: false;
  readonly error: { readonly code: 'unavailable'; readonly message: string; readonly cause: RpcError };
}

/** A call that failed in a way its contract does not name. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  constructor(
    readonly fault: RpcFault,
    readonly queue: string,
    message: string,
  ) {
    super(`${queue}: ${message}`);
  }
}
