/** An expected failure, as a handler returns it. The code must be one of the contract's. */
export function failed<const Code extends string>(
  code: Code,
  message: string,
): { ok: false; error: { code: Code; message: string; details: undefined } };
export function failed<const Code extends string, Details>(
  code: Code,
  message: string,
  details: Details,
): { ok: false; error: { code: Code; message: string; details: Details } };
export function failed(
  code: string,
  message: string,
  details?: unknown,
): { ok: false; error: { code: string; message: string; details: unknown } } {
  return { ok: false, error: { code, message, details } };
}

/**
 * Thrown by a handler when its contract has no failure for a caller who may not have this done, such as an operator
 * without an identity asking for something of a shopper's own: answered as the fault `forbidden`.
 */
export class ForbiddenError extends Error {
  override readonly name = 'ForbiddenError';
}
