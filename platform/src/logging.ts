import { type DestinationStream, type Logger, pino } from 'pino';
import { currentTrace } from './trace.js';

export type { Logger };

/** Fields that must never reach a log, wherever a careless line puts them. */
const secretFields = [
  'password',
  'identity',
  'token',
  'authorization',
  'cookie',
  'cardNumber',
  'cvc',
  'secret',
  'cancelToken',
];

/**
 * A logger that writes JSON lines to standard output. Each line has `service`, `level` (a word), `time` (ISO 8601)
 * and, where the work has one, `traceId`, `correlationId` and `queue`.
 */
export function createLogger(
  options: { service: string; level: string },
  destination: DestinationStream = pino.destination({ dest: 1, sync: false }),
): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      messageKey: 'msg',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // A copy: pino writes the line's own fields into what it is given.
      mixin: () => ({ ...currentTrace() }),
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
    },
    destination,
  );
}
