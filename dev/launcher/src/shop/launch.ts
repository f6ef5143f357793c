import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Environment } from '../../setup/machine.mjs';
import type { LauncherSettings } from '../config.js';
import type { LogFiles } from '../logs/log-files.js';
import type { ProcessGroup } from '../processes/process-group.js';
import { createProgram, type Program } from '../processes/program.js';
import { acceptsConnections, answersOk } from '../processes/waiting.js';
import { createPrometheus } from '../prometheus.js';
import { repositoryRoot } from '../root.js';
import type { Output } from '../terminal.js';
import { provideDemoCatalogue } from './demo-catalogue.js';
import { environmentOf } from './environment.js';
import type { PlanContext, ProgramPlan } from './plan.js';
import type { ShopParts } from './running-shop.js';
import type { ShopOptions } from './shop.js';

/** Everything that one start needs to know, decided before anything is started. */
export interface Start {
  readonly options: ShopOptions;
  readonly given: Environment;
  readonly settings: LauncherSettings;
  readonly directory: string;
  readonly services: readonly ProgramPlan[];
  readonly sandboxPlan: ProgramPlan;
  readonly output: Output;
  readonly processes: ProcessGroup;
  readonly logs: LogFiles;
  readonly onLine: (name: string) => (line: string) => void;
}

const READY_WITHIN_MS = 60_000;
/** Saves each idle service a tenth of its memory. */
const smallYoungGeneration = ['--max-semi-space-size=4'];

/** Starts everything in order, and resolves when each part is ready and the demo catalogue is there. */
export async function launchAll(start: Start, parts: ShopParts): Promise<void> {
  const { options, output, processes, directory, onLine } = start;
  const fill = () =>
    output.step('Demo catalogue', () =>
      provideDemoCatalogue({
        broker: parts.broker,
        directory,
        processes,
        onLine: onLine('demo-catalogue'),
      }),
    );
  if (options.seed === false) return await launchPrograms(start, parts);
  // A broker without data means a shop without products: their pictures are encoded while everything starts.
  const isNew = parts.broker.program !== undefined && !existsSync(join(directory, 'rabbitmq'));
  if (isNew) {
    await Promise.all([launchPrograms(start, parts), fill()]);
  } else {
    await launchPrograms(start, parts);
    await fill();
  }
}

async function launchPrograms(start: Start, parts: ShopParts): Promise<void> {
  const { options, output, processes, services } = start;
  const { ports, database, broker } = parts;
  const { throwaway = false } = options;
  const program = programsOf(start, parts);
  await Promise.all([
    output.step('Database', async () => {
      if (database.program) await processes.launch(database.program, 'backing-service', throwaway);
    }),
    output.step('RabbitMQ', async () => {
      if (broker.program) await processes.launch(broker.program, 'backing-service', throwaway);
      await broker.prepare();
    }),
    output.step('Stripe stand-in', async () => {
      if (!parts.sandbox) return;
      const sandbox = program(start.sandboxPlan, () => acceptsConnections(ports.stripe));
      await processes.launch(sandbox, 'external');
    }),
  ]);
  await Promise.all([
    launchPrometheus(start, parts),
    ...services.map((plan) => {
      const readyUrl = `http://127.0.0.1:${ports.operations[plan.name]}/readyz`;
      const service = program(plan, () => answersOk(readyUrl));
      return output.step(plan.name, () => processes.launch(service, 'service'));
    }),
  ]);
}

/** Makes the programs of the plan, each with its environment. */
function programsOf({ options, given, directory, onLine }: Start, parts: ShopParts) {
  const context: PlanContext = {
    ...parts,
    directory,
    brokerUrl: parts.broker.url,
    mongoUrl: parts.database.url,
  };

  function inspector(name: string): string[] {
    const port = options.inspectorPorts?.[name];
    return port === undefined ? [] : [`--inspect=127.0.0.1:${port}`, '--enable-source-maps'];
  }

  return (plan: ProgramPlan, isReady: () => Promise<boolean>): Program =>
    createProgram({
      name: plan.name,
      command: process.execPath,
      args: [
        ...smallYoungGeneration,
        ...inspector(plan.name),
        resolve(repositoryRoot, plan.folder, plan.main),
      ],
      directory: repositoryRoot,
      environment: environmentOf(plan, context, given),
      isReady,
      readyWithinMs: READY_WITHIN_MS,
      onLine: onLine(plan.name),
    });
}

/** Nobody is kept from shopping because nobody watches. */
async function launchPrometheus(start: Start, parts: ShopParts): Promise<void> {
  const { options, directory, output, processes, onLine } = start;
  if (options.prometheus === undefined) return;
  const watched = { ports: parts.ports, ownBroker: parts.broker.program !== undefined };
  const program = createPrometheus(
    options.prometheus,
    watched,
    join(directory, 'prometheus'),
    onLine('prometheus'),
  );
  try {
    await output.step('Prometheus', () => processes.launch(program, 'external', options.throwaway ?? false));
  } catch (error) {
    await processes.remove('prometheus');
    output.print(
      `Prometheus does not run, so nothing is counted and no alarm is raised: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
