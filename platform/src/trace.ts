import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';

/** What every log line and message of one piece of work carries. */
export interface TraceContext {
  /** 32 hexadecimal digits: one per request of a person, the same in every service it reaches. */
  readonly traceId: string;
  readonly correlationId?: string | undefined;
  readonly queue?: string | undefined;
}

const storage = new AsyncLocalStorage<TraceContext>();

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const traceparentPattern = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const noTrace = '0'.repeat(32);

const traceIdBytes = 16;
/** Asking the system for randomness costs more than the rest of a call, so it is asked for 256 ids at a time. */
let pool = Buffer.alloc(0);

/** 32 random hexadecimal digits. */
export function newTraceId(): string {
  if (pool.length < traceIdBytes) pool = randomBytes(256 * traceIdBytes);
  const traceId = pool.toString('hex', 0, traceIdBytes);
  pool = pool.subarray(traceIdBytes);
  return traceId;
}

/** Runs work whose log lines and messages carry this trace. */
export function runInTrace<Result>(context: TraceContext, work: () => Result): Result {
  return storage.run(context, work);
}

/** The trace that this code runs in, if it runs in one. */
export function currentTrace(): TraceContext | undefined {
  return storage.getStore();
}

/** The trace id of a `traceparent` header, or undefined if it is missing or malformed. */
export function traceIdOf(traceparent: unknown): string | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const traceId = traceparentPattern.exec(traceparent)?.[1];
  return traceId === noTrace ? undefined : traceId;
}

let spanCounter = randomBytes(4).readUInt32BE(0);
const spanPrefix = randomBytes(4).toString('hex');

/** A `traceparent` header for the trace that this code runs in (a new one if none). */
export function currentTraceparent(): string {
  spanCounter = (spanCounter + 1) >>> 0;
  return `00-${currentTrace()?.traceId ?? newTraceId()}-${spanPrefix}${spanCounter.toString(16).padStart(8, '0')}-01`;
}
