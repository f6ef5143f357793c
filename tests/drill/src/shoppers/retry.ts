import { setTimeout as pause } from 'node:timers/promises';

/** Somebody waited for the shop longer than people do. */
export class RetryTimeout extends Error {
  constructor(what: string, milliseconds: number, last: string) {
    super(`${what} was not possible within ${Math.round(milliseconds / 1_000)} s; the last answer: ${last}`);
    this.name = 'RetryTimeout';
  }
}

/** Something that may work next time; `because` is what the shop said. */
export interface NotYet {
  readonly notYet: string;
}

export function notYet(because: string): NotYet {
  return { notYet: because };
}

const firstPauseMs = 200;
const longestPauseMs = 1_500;

/**
 * Does something again and again, as a person reloads a page, until it works. A refused or broken connection is
 * only another reason to try again.
 * @throws {RetryTimeout} after `milliseconds`
 */
export async function retry<Result extends object>(
  what: string,
  milliseconds: number,
  work: () => Promise<Result | NotYet>,
): Promise<Result> {
  const deadline = Date.now() + milliseconds;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const result = await work().catch((error: unknown) => notYet(messageOf(error)));
    if (!('notYet' in result)) return result;
    if (Date.now() > deadline) throw new RetryTimeout(what, milliseconds, result.notYet);
    await pause(pauseMs);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
