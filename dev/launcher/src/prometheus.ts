import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { createProgram, type Program } from './processes/program.js';
import { answersOk } from './processes/waiting.js';
import { repositoryRoot } from './root.js';
import type { ShopPorts } from './shop/ports.js';

/** A Prometheus that watches one shop. */
export interface PrometheusOptions {
  /** The program, as it lies on this machine. */
  readonly program: string;
  /** Where its rules lie; default: those of this repository. */
  readonly rulesDirectory?: string;
  /** How often it scrapes and evaluates its rules, in seconds; default: as in containers. */
  readonly everySeconds?: number;
}

interface Watched {
  readonly ports: ShopPorts;
  /** Whether the broker is the shop's own, so that its numbers can be asked for. */
  readonly ownBroker: boolean;
}

const READY_WITHIN_MS = 60_000;
const prometheusDirectory = join(repositoryRoot, 'prometheus');

const configuration = z.looseObject({
  global: z.looseObject({}),
  rule_files: z.array(z.string()),
  scrape_configs: z.array(z.looseObject({ job_name: z.string() })),
});

interface Targets {
  readonly targets: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** Where the targets of a job are beside `npm start`; undefined if there are none. */
function targetsOf(job: string, { ports, ownBroker }: Watched): Targets[] | undefined {
  const at = (port: number) => [`127.0.0.1:${port}`];
  switch (job) {
    case 'micromall':
      return Object.entries(ports.operations).map(([service, port]) => ({
        targets: at(port),
        labels: { service },
      }));
    case 'rabbitmq':
    case 'rabbitmq-queues':
      return ownBroker ? [{ targets: at(ports.brokerMetrics) }] : undefined;
    case 'prometheus':
      return [{ targets: at(ports.prometheus) }];
    default:
      return undefined;
  }
}

/** The configuration for containers, with the addresses of this shop and without what does not run beside it. */
export function prometheusConfiguration(
  watched: Watched,
  options: Omit<PrometheusOptions, 'program'>,
): string {
  const { rulesDirectory = join(prometheusDirectory, 'rules'), everySeconds } = options;
  const common = configuration.parse(
    parse(readFileSync(join(prometheusDirectory, 'prometheus.yml'), 'utf8')),
  );
  const every =
    everySeconds === undefined
      ? {}
      : {
          scrape_interval: `${everySeconds}s`,
          scrape_timeout: `${everySeconds}s`,
          evaluation_interval: `${everySeconds}s`,
        };
  const jobs = common.scrape_configs.flatMap((job) => {
    const targets = targetsOf(job.job_name, watched);
    if (targets === undefined) return [];
    const { dns_sd_configs: _found, relabel_configs: _named, ...kept } = job;
    return [{ ...kept, static_configs: targets }];
  });
  return stringify({
    global: { ...common.global, ...every },
    rule_files: [join(rulesDirectory, '*.yml')],
    scrape_configs: jobs,
  });
}

/** Prometheus for one shop, with its data and its configuration in a directory of its own. */
export function createPrometheus(
  options: PrometheusOptions,
  watched: Watched,
  directory: string,
  onLine: (line: string) => void,
): Program {
  const { prometheus: port } = watched.ports;
  const file = join(directory, 'prometheus.yml');
  return createProgram({
    name: 'prometheus',
    command: options.program,
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      '--storage.tsdb.retention.time=2d',
      '--storage.tsdb.retention.size=256MB',
      // As in docker-compose.yml.
      '--query.lookback-delta=45s',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    directory,
    // It needs none of what the user's environment may hold.
    environment: { PATH: process.env.PATH },
    async prepare() {
      await mkdir(directory, { recursive: true });
      await writeFile(file, prometheusConfiguration(watched, options));
    },
    isReady: () => answersOk(`http://127.0.0.1:${port}/-/ready`),
    readyWithinMs: READY_WITHIN_MS,
    onLine,
  });
}
