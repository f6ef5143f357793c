import { describe, expect, it } from 'vitest';
import { createLogger, currentTraceparent, newTraceId, runInTrace, traceIdOf } from '../src/index.js';

function recordingLogger(): { lines: Record<string, unknown>[]; logger: ReturnType<typeof createLogger> } {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger(
    { service: 'cart-service', level: 'info' },
    { write: (line) => lines.push(JSON.parse(line)) },
  );
  return { lines, logger };
}

describe('log lines', () => {
  it('carry the service, the level as a word and the trace they belong to', () => {
    const { lines, logger } = recordingLogger();
    runInTrace({ traceId: 'a'.repeat(32), correlationId: 'c-1', queue: 'get-cart' }, () =>
      logger.info('hello'),
    );
    expect(lines[0]).toMatchObject({
      service: 'cart-service',
      level: 'info',
      msg: 'hello',
      traceId: 'a'.repeat(32),
      correlationId: 'c-1',
      queue: 'get-cart',
    });
  });

  it('do not leak the fields of one line into the next of the same trace', () => {
    const { lines, logger } = recordingLogger();
    runInTrace({ traceId: newTraceId() }, () => {
      logger.error({ err: new Error('first') }, 'one');
      logger.info('two');
    });
    expect(lines[1]).not.toHaveProperty('err');
  });

  it('never show a password, a token or a cookie', () => {
    const { lines, logger } = recordingLogger();
    logger.info({ password: 'hunter2', request: { token: 'abc', cookie: 'sid=1' } }, 'login');
    expect(JSON.stringify(lines)).not.toMatch(/hunter2|abc|sid=1/);
  });
});

describe('a traceparent header', () => {
  it('carries the trace id to the next service', () => {
    const traceId = newTraceId();
    expect(runInTrace({ traceId }, () => traceIdOf(currentTraceparent()))).toBe(traceId);
  });

  it.each([
    undefined,
    7,
    'x',
    `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`,
    `00-${'g'.repeat(32)}-${'1'.repeat(16)}-01`,
  ])('that is malformed (%s) counts as missing', (header) => {
    expect(traceIdOf(header)).toBeUndefined();
  });
});
