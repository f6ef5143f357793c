/** MongoDB's DuplicateKey (https://www.mongodb.com/docs/manual/reference/error-codes/). */
const duplicateKey = 11_000;

/** Whether a write was refused because a unique index has the value already. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === duplicateKey;
}
