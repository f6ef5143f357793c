import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@micromall/launcher/root';
import { describe, expect, it } from 'vitest';
import { type Entry, javascriptPattern, run, stagesOf } from './promtail-pipeline.js';

/** Lines as the components wrote them, under promtail/samples. */
function entriesOf(file: string, service: string, stream = 'stdout'): Entry[] {
  const text = readFileSync(join(repositoryRoot, 'promtail', 'samples', file), 'utf8');
  return run(stagesOf('containers'), text.replace(/\n$/, '').split('\n'), { service, stream });
}

function levelsOf(entries: Entry[]): (string | undefined)[] {
  return entries.map(({ labels }) => labels.level);
}

describe('lines of the shop', () => {
  const [ready, placed, failed] = entriesOf('shop.log', 'order-service');

  it('keep their level and their own time', () => {
    expect(ready).toMatchObject({
      labels: { service: 'order-service', level: 'info', stream: 'stdout' },
      metadata: {},
      time: new Date('2026-11-21T14:51:35.919Z'),
    });
    expect(failed?.labels.level).toBe('error');
  });

  it('carry the ids by which a purchase is followed, but not as labels', () => {
    expect(placed?.metadata).toEqual({
      traceId: '34700c93d0cfd544b60f77405ad31702',
      correlationId: '810e5fbf-5cf7-429a-b7fc-768aedc9ecaf-23',
      queue: 'place-order',
      orderId: '6b01b00d1a3680bf22f2222e',
    });
    expect(Object.keys(placed?.labels ?? {}).sort()).toEqual(['level', 'service', 'stream']);
  });
});

it('what a process writes to standard error stays together: a stack, a warning, a crash', () => {
  const entries = entriesOf('shop-stderr.log', 'frontend-service', 'stderr');
  expect(entries.map(({ line }) => line.split('\n')[0])).toEqual([
    'MongoNetworkError: read ECONNRESET',
    expect.stringMatching(/^\(node:7\) Warning: /),
    'file:///app/order-service/dist/main.js:3',
  ]);
  expect(levelsOf(entries)).toEqual(['error', 'error', 'error']);
  expect(entries.at(-1)?.line).toMatch(/Error: no configuration\n.*\n.*\n\nNode\.js v24/);
});

it('a report of RabbitMQ that has many lines is one entry, without the head repeated in it', () => {
  const entries = entriesOf('rabbitmq.log', 'rabbitmq');
  expect(entries.map(({ line }) => line.split('\n')[0])).toEqual([
    expect.stringMatching(/ \[notice\] <0\.278\.0> WAL: /),
    expect.stringMatching(/ \[error\] <0\.699\.0> Failed to start Ranch listener /),
    expect.stringMatching(/ \[error\] <0\.687\.0> {5}supervisor: /),
    expect.stringMatching(/ \[error\] <0\.699\.0> {3}crasher:$/),
    expect.stringMatching(
      / \[error\] <0\.676\.0> \*\* Generic server rabbit_web_dispatch_registry terminating$/,
    ),
  ]);
  expect(levelsOf(entries)).toEqual(['info', 'error', 'error', 'error', 'error']);
  expect(entries[3]?.time).toEqual(new Date('2026-11-21T14:52:45.612Z'));
  expect(entries[3]?.line).toMatch(/\n {4}exception exit: \{listen_error/);
  expect(entries[4]?.line).toMatch(/\n\*\* Reason for termination ==/);
});

it('lines of MongoDB, whose level is a letter', () => {
  const entries = entriesOf('mongo.log', 'mongo');
  expect(levelsOf(entries)).toEqual(['info', 'warn', 'info', 'debug', 'fatal']);
  expect(entries[0]?.time).toEqual(new Date('2026-11-21T14:00:00.180Z'));
});

it('lines of Grafana, Loki, Prometheus and Mailpit, each with its own idea of time and level', () => {
  const entries = entriesOf('monitoring.log', 'grafana');
  expect(levelsOf(entries)).toEqual(['info', 'warn', 'error', 'warn', 'info', 'info', 'info', 'fatal']);
  expect(entries.slice(0, -1).map(({ time }) => time?.toISOString())).toEqual([
    '2026-11-21T14:00:00.123Z',
    '2026-11-21T14:00:01.500Z',
    '2026-11-21T14:00:02.000Z',
    '2026-11-21T14:00:03.300Z',
    '2026-11-21T15:01:06.074Z',
    '2026-11-21T14:00:05.005Z',
    '2026-11-21T14:00:06.000Z',
  ]);
  expect(entries.at(-1)?.line).toContain('goroutine 1 [running]:\nmain.main()');
});

it('lines of cAdvisor, which do not tell the year', () => {
  const entries = entriesOf('cadvisor.log', 'cadvisor');
  expect(levelsOf(entries)).toEqual(['info', 'warn']);
  expect(entries[0]?.time?.toISOString().slice(4)).toBe('-11-21T14:00:00.123Z');
});

it.each(['docker-journal', 'docker-file'])('lines of the Docker daemon (%s)', (job) => {
  const text = readFileSync(join(repositoryRoot, 'promtail', 'samples', 'docker.log'), 'utf8');
  const entries = run(stagesOf(job), text.trim().split('\n'), {
    service: 'docker',
    filename: '/var/log/docker.log',
  });
  expect(entries.map(({ labels }) => labels)).toEqual([
    { service: 'docker', level: 'info' },
    { service: 'docker', level: 'warn' },
  ]);
  expect(entries[1]?.time).toEqual(new Date('2026-11-21T13:00:01.000Z'));
});

it('refuses a pattern that Promtail could not compile', () => {
  expect(() => javascriptPattern('(?<=a)b')).toThrow('RE2');
});
