import { z } from 'zod';

/** What a service's log line says of itself; what else it carries stands in `facts`. */
export interface LogLine {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly service: string;
  readonly level: string;
  readonly msg: string;
  readonly traceId: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;
}

const shape = z.looseObject({
  time: z.iso.datetime().transform((time) => Date.parse(time)),
  service: z.string(),
  level: z.string(),
  msg: z.string().default(''),
  traceId: z.string().optional(),
});

/** A line as the services write them, or undefined for anything else, such as a line of the broker. */
export function parseLogLine(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = shape.safeParse(value);
  if (!parsed.success) return undefined;
  const { time, service, level, msg, traceId, pid: _pid, hostname: _hostname, ...facts } = parsed.data;
  return { at: time, service, level, msg, traceId, facts };
}
