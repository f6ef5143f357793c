import type { Logger } from '../logging.js';
import type { PlatformMetrics } from '../metrics.js';
import type { RpcFault } from './errors.js';

/** So many calls in a row, with no answer between them, mean that nobody is there. */
const faultsUntilOpen = 4;
/** How long an open circuit refuses before it lets one call try: twice as long each time, up to the last. */
const firstPauseMs = 250;
const longestPauseMs = 2_000;
/** A call that tries waits in the queue and is answered the moment its service is back; a lost one must not block. */
const longestTryMs = 5_000;

/** The faults that may mean that nobody is there. */
const nobodyAnswered: readonly RpcFault[] = ['timeout', 'unroutable'];

interface Trouble {
  faults: number;
  open: boolean;
  pauseMs: number;
  /** On the clock of `performance.now()`. */
  nextTryAt: number;
}

/** How a call may go: as any other, as the one that tries whether an open circuit can close, or not at all. */
export type Passage = 'free' | 'try' | 'refused';

/**
 * One circuit for each queue that is called. It opens after a few calls in a row that nobody answered; then calls fail
 * at once, except one at a time that tries again. Any answer closes it, whatever it says and however late it comes: a
 * slow service is there. Nothing is kept of a queue that answers, so calls pay nothing while all is well.
 */
export class Circuits {
  readonly #troubled = new Map<string, Trouble>();

  constructor(
    private readonly logger: Logger,
    private readonly metrics: PlatformMetrics,
  ) {}

  passage(queue: string): Passage {
    const trouble = this.#troubled.get(queue);
    if (!trouble?.open) return 'free';
    const now = performance.now();
    if (now < trouble.nextTryAt) return 'refused';
    trouble.nextTryAt = now + longestTryMs;
    return 'try';
  }

  answered(queue: string): void {
    const trouble = this.#troubled.get(queue);
    if (!trouble) return;
    this.#troubled.delete(queue);
    if (!trouble.open) return;
    this.metrics.rpcCircuitOpen.set({ queue }, 0);
    this.logger.info({ queue }, `${queue} answers again`);
  }

  /** A call that had this passage ended without an answer. */
  failed(queue: string, passage: Passage, fault: RpcFault): void {
    const counts = nobodyAnswered.includes(fault);
    const trouble = this.#troubled.get(queue) ?? {
      faults: 0,
      open: false,
      pauseMs: firstPauseMs,
      nextTryAt: 0,
    };
    if (passage === 'try') {
      // A try that never left this process says nothing about the other side.
      if (counts) trouble.pauseMs = Math.min(longestPauseMs, trouble.pauseMs * 2);
      trouble.nextTryAt = performance.now() + trouble.pauseMs;
      return;
    }
    if (!counts) return;
    trouble.faults += 1;
    this.#troubled.set(queue, trouble);
    if (trouble.open || trouble.faults < faultsUntilOpen) return;
    trouble.open = true;
    trouble.nextTryAt = performance.now() + trouble.pauseMs;
    this.metrics.rpcCircuitOpen.set({ queue }, 1);
    this.logger.warn(
      { queue, fault },
      `nobody answers ${queue}: calls to it fail at once until somebody does`,
    );
  }
}
