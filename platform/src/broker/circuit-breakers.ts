import type { Logger } from '../logging.js';
import type { PlatformMetrics } from '../metrics.js';
import type { RpcFault } from './errors.js';

/** So many calls in a row, with no answer between them, open the circuit. */
const failureThreshold = 4;
/** How long a circuit stays open before one call probes it: twice as long each time, up to the longest. */
const firstOpenMs = 250;
const longestOpenMs = 2_000;
/** A probe waits in the queue and is answered the moment its service is back; a lost one must not block for ever. */
const probeTimeoutMs = 5_000;

/** The faults that may mean that nobody consumes the queue. */
const unansweredFaults: readonly RpcFault[] = ['timeout', 'unroutable'];

/** Kept only for a queue whose last calls had no answer. */
interface Circuit {
  failures: number;
  open: boolean;
  openMs: number;
  /** On the clock of `performance.now()`. */
  nextProbeAt: number;
}

/** `closed`: the call goes; `half-open`: it goes and probes whether the circuit can close; `open`: it does not go. */
export type CircuitState = 'closed' | 'half-open' | 'open';

/**
 * A circuit breaker for each queue that is called. It opens after a few calls in a row that nobody answered; then calls
 * fail at once, except one at a time that probes. Any answer closes it, whatever it says and however late it comes: a
 * slow service is there. Nothing is kept of a queue that answers, so calls cost nothing while all is well.
 */
export class CircuitBreakers {
  readonly #circuits = new Map<string, Circuit>();

  constructor(
    private readonly logger: Logger,
    private readonly metrics: PlatformMetrics,
  ) {}

  /** The state for one call that is about to be made; only one call at a time finds `half-open`. */
  stateFor(queue: string): CircuitState {
    const circuit = this.#circuits.get(queue);
    if (!circuit?.open) return 'closed';
    const now = performance.now();
    if (now < circuit.nextProbeAt) return 'open';
    circuit.nextProbeAt = now + probeTimeoutMs;
    return 'half-open';
  }

  /** An answer came. */
  recordAnswer(queue: string): void {
    const circuit = this.#circuits.get(queue);
    if (!circuit) return;
    this.#circuits.delete(queue);
    if (!circuit.open) return;
    this.metrics.rpcCircuitOpen.set({ queue }, 0);
    this.logger.info({ queue }, `${queue} answers again`);
  }

  /** A call that was made in this state ended with a fault. */
  recordFault(queue: string, state: CircuitState, fault: RpcFault): void {
    const unanswered = unansweredFaults.includes(fault);
    const circuit = this.#circuits.get(queue) ?? {
      failures: 0,
      open: false,
      openMs: firstOpenMs,
      nextProbeAt: 0,
    };
    if (state === 'half-open') {
      // A probe that never left this process says nothing about the other side.
      if (unanswered) circuit.openMs = Math.min(longestOpenMs, circuit.openMs * 2);
      circuit.nextProbeAt = performance.now() + circuit.openMs;
      return;
    }
    if (!unanswered) return;
    circuit.failures += 1;
    this.#circuits.set(queue, circuit);
    if (circuit.open || circuit.failures < failureThreshold) return;
    circuit.open = true;
    circuit.nextProbeAt = performance.now() + circuit.openMs;
    this.metrics.rpcCircuitOpen.set({ queue }, 1);
    this.logger.warn(
      { queue, fault },
      `nobody answers ${queue}: calls to it fail at once until somebody does`,
    );
  }
}
