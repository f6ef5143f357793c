import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startEmbeddedMongo } from '@micromall/launcher';
import { expect, it } from 'vitest';
import { openDatabase } from '../src/database.js';
import { showDatabaseConnection } from '../src/database-metrics.js';
import { createHttpMetrics, createLogger, createMetrics } from '../src/index.js';

it('the metrics say whether the database is connected', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'micromall-connected-'));
  const port = await freePort();
  const server = await startEmbeddedMongo({ port, directory });
  const logger = createLogger({ service: 'order-service', level: 'silent' });
  const { registry } = createMetrics('order-service');
  const connection = await openDatabase(
    `mongodb://127.0.0.1:${port}/connected?heartbeatFrequencyMS=500`,
    logger,
    new AbortController().signal,
  );
  showDatabaseConnection(connection, registry);
  try {
    expect(await registry.getSingleMetricAsString('database_connected')).toMatch(/\} 1$/);
    await server.stop(5_000);
    await expect
      .poll(() => registry.getSingleMetricAsString('database_connected'), { timeout: 20_000 })
      .toMatch(/\} 0$/);
  } finally {
    await connection.close();
    await server.stop(5_000);
    await rm(directory, { recursive: true, force: true });
  }
});

it('an HTTP server counts its answers by route and status, and times them', async () => {
  const { registry } = createMetrics('payment-service');
  const answered = createHttpMetrics(registry);
  answered({ method: 'POST', route: '/webhook', status: 400, durationMs: 20 });
  const text = await registry.metrics();
  expect(text).toContain(
    'http_requests_total{method="POST",route="/webhook",status="400",service="payment-service"} 1',
  );
  expect(text).toContain(
    'http_request_duration_seconds_bucket{le="0.01",service="payment-service",route="/webhook"} 0',
  );
  expect(text).toContain(
    'http_request_duration_seconds_bucket{le="0.025",service="payment-service",route="/webhook"} 1',
  );
});
