import type { Environment } from '../../setup/machine.mjs';
import type { PrometheusOptions } from '../prometheus.js';
import type { Output } from '../terminal.js';
import type { ShopPlan } from './plan.js';
import type { MovedPort, PortWishes, ShopPorts } from './ports.js';

export interface ShopOptions {
  /** Data, logs, secrets and the lock of this shop. */
  readonly directory: string;
  /** Absent or 0: any free port. */
  readonly ports?: PortWishes;
  /** What a person would have set; default: the environment of this process. */
  readonly environment?: Environment;
  /** Which services to start, by name; default: all of the plan. */
  readonly services?: readonly string[];
  readonly plan?: ShopPlan;
  /** Whether an empty shop gets the demo catalogue and its first admin; default: yes. */
  readonly seed?: boolean;
  /** Begin anew: forget all data of this directory. Refused while a shop runs on it. */
  readonly reset?: boolean;
  /** The broker and the database are killed at the end instead of being waited for: nobody needs their data. */
  readonly throwaway?: boolean;
  /** By program, on 127.0.0.1: where a debugger may attach. Default: nowhere. */
  readonly inspectorPorts?: Readonly<Record<string, number>>;
  /** A Prometheus that watches over the shop; default: none. The shop opens without it if it does not start. */
  readonly prometheus?: PrometheusOptions;
  /** By broker user, instead of generated ones. */
  readonly brokerPasswords?: Readonly<Record<string, string>>;
  readonly output?: Output;
  /** Stops the start half-way; startShop rejects then, with nothing left running. */
  readonly signal?: AbortSignal;
}

/** One process of a running shop, for drills: what happens when it dies, freezes, comes back? */
export interface ShopProcess {
  readonly name: string;
  /** Of the workspace whose code it runs, from the root of the repository; undefined for what is not ours. */
  readonly folder: string | undefined;
  readonly logFile: string;
  /** Undefined while it does not run. */
  pid(): number | undefined;
  /** A process that dies of it is started again, as any that dies. */
  kill(signal: NodeJS.Signals): void;
  /** Stops it until `start`. */
  stop(): Promise<void>;
  /**
   * Resolves when it is ready.
   * @param variables of this process only, such as FAILPOINT: the one that follows when it dies goes without
   */
  start(variables?: Readonly<Record<string, string>>): Promise<void>;
  restart(variables?: Readonly<Record<string, string>>): Promise<void>;
}

export interface Shop {
  readonly urls: {
    readonly site: string;
    readonly webhook: string;
    /** Undefined when payments go to Stripe itself. */
    readonly stripe: string | undefined;
    readonly management: string;
    /** For a broker user. */
    amqp(user: string): string;
    /** Of a service's database. */
    mongo(service: string): string;
    /** Undefined when none watches over this shop. */
    readonly prometheus: string | undefined;
    /** /healthz, /readyz and /metrics of a service. */
    operations(service: string): string;
  };
  readonly ports: ShopPorts;
  /** Ports in use that are others than the wanted ones. */
  readonly movedPorts: readonly MovedPort[];
  readonly credentials: {
    readonly gui: { readonly user: string; readonly password: string };
    readonly admin: { readonly email: string; readonly password: string };
    readonly brokerPasswords: Readonly<Record<string, string>>;
  };
  /** What the broker and the database are, in a few words. */
  readonly descriptions: { readonly broker: string; readonly database: string };
  readonly logDirectory: string;
  readonly processNames: readonly string[];
  /** Throws when the shop has no process of that name. */
  process(name: string): ShopProcess;
  /** Ends everything in order within ten seconds. */
  stop(): Promise<void>;
  /** Ends everything at once. */
  kill(): void;
}
