import type { RpcContract, RpcReply } from '@micromall/contracts';
import { z } from 'zod';
import { RpcError, remoteFaults } from './errors.js';
import { parseJson } from './parse.js';

const remoteFault = z.enum(remoteFaults);

const failedReply = z.object({
  ok: z.literal(false),
  error: z.object({ code: z.string(), message: z.string(), details: z.unknown().optional() }),
});

/**
 * Reads the answer to a call.
 * @throws {RpcError} `malformed-reply` if it is not what the contract says, or the fault that the server answered with
 */
export function parseReply<Contract extends RpcContract>(
  contract: Contract,
  content: Buffer,
): RpcReply<Contract> {
  const body = parseJson(content);
  if (!body.ok) throw malformed(contract, 'not JSON');
  const { value } = body;
  if (typeof value !== 'object' || value === null || !('ok' in value)) throw malformed(contract, 'no "ok"');
  if (value.ok === true) {
    const { ok, ...response } = value;
    const parsed = contract.response.safeParse(response);
    if (!parsed.success) throw malformed(contract, z.prettifyError(parsed.error));
    // Parsed by the contract's own schema; TypeScript can't see through the generic.
    return { ok, ...parsed.data } as RpcReply<Contract>;
  }
  const failed = failedReply.safeParse(value);
  if (!failed.success) throw malformed(contract, z.prettifyError(failed.error));
  const { code, message } = failed.data.error;
  const fault = remoteFault.safeParse(code);
  if (fault.success) throw new RpcError(fault.data, contract.queue, message);
  const known = contract.failures[code];
  if (!known) throw malformed(contract, `an unknown failure "${code}"`);
  const details = known.details.safeParse(failed.data.error.details);
  if (!details.success) throw malformed(contract, z.prettifyError(details.error));
  return { ok: false, error: { code, message, details: details.data } } as RpcReply<Contract>;
}

function malformed(contract: RpcContract, why: string): RpcError {
  return new RpcError('malformed-reply', contract.queue, `the answer is not what the contract says: ${why}`);
}
