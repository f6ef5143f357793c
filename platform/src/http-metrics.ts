import { Counter, Histogram, type Registry } from 'prom-client';

/** One request as it was answered. */
export interface AnsweredHttpRequest {
  readonly method: string;
  /** The pattern of the route, such as `/products/:id`: never the address itself, of which there are countless. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
}

/** Counts and times the answers of an HTTP server: rate, errors and duration under the same names everywhere. */
export function createHttpMetrics(registry: Registry): (request: AnsweredHttpRequest) => void {
  const registers = [registry];
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered, by method, route and status',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long answering a request took',
    labelNames: ['route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  return ({ method, route, status, durationMs }) => {
    requests.inc({ method, route, status });
    seconds.observe({ route }, durationMs / 1_000);
  };
}
