import { claimPort } from '../processes/port-claims.js';
import { freePort, isPortFree, takePort } from '../processes/ports.js';

/** Where everything of one shop listens. */
export interface ShopPorts {
  readonly site: number;
  readonly webhook: number;
  readonly stripe: number;
  readonly amqp: number;
  readonly management: number;
  readonly brokerMetrics: number;
  readonly mongo: number;
  readonly prometheus: number;
  /** By service: /healthz, /readyz and /metrics. */
  readonly operations: Readonly<Record<string, number>>;
  /** Erlang's own ports. */
  readonly distribution: number;
  readonly epmd: number;
  readonly ctl: number;
}

/**
 * Ports that people know by heart. `site`, `webhook` and `stripe` are kept to or refused; the others move to a
 * free port when they are taken. Absent or 0 means any free one.
 */
export interface PortWishes {
  readonly site?: number;
  readonly webhook?: number;
  readonly stripe?: number;
  readonly amqp?: number;
  readonly management?: number;
  readonly brokerMetrics?: number;
  readonly mongo?: number;
  readonly prometheus?: number;
  /** The first of the services' operations ports; the others follow it. */
  readonly firstOperations?: number;
}

export const standardPorts = {
  site: 3000,
  webhook: 8000,
  stripe: 4242,
  amqp: 5672,
  management: 15672,
  brokerMetrics: 15692,
  mongo: 27017,
  prometheus: 9090,
  firstOperations: 9101,
} as const satisfies PortWishes;

const MOVED_BY = { site: 'SITE_PORT', webhook: 'WEBHOOK_PORT', stripe: 'STRIPE_SANDBOX_PORT' } as const;
const MEANT_FOR = { site: 'the shop', webhook: "Stripe's webhooks", stripe: 'the Stripe stand-in' } as const;

type StrictName = keyof typeof MOVED_BY;

/** Ports that must be these and are not free; the message names the variable that moves each. */
export class PortsTaken extends Error {
  constructor(taken: readonly { readonly name: StrictName; readonly port: number }[]) {
    super(
      taken
        .map(
          ({ name, port }) =>
            `Port ${port}, meant for ${MEANT_FOR[name]}, is taken. Set ${MOVED_BY[name]} to another port, for example: ${MOVED_BY[name]}=${port + 1} npm start`,
        )
        .join('\n'),
    );
    this.name = 'PortsTaken';
  }
}

/** A port that was taken, and the one that is used in its place. */
export interface MovedPort {
  /** What the port is for; a service's name for its operations port. */
  readonly name: string;
  readonly wanted: number;
  readonly used: number;
}

export interface ChosenPorts {
  readonly ports: ShopPorts;
  readonly moved: readonly MovedPort[];
}

/** Every port of a shop, for giving them back. */
export function allPorts(ports: ShopPorts): number[] {
  const { operations, ...others } = ports;
  return [...Object.values(operations), ...Object.values(others)];
}

/** How many ports above a taken one are tried before any free one is used. */
const NEIGHBOURS = 9;

/** The next free port above `wanted` that nobody else wants, or any free one. */
async function portBeside(wanted: number, reserved: ReadonlySet<number>): Promise<number> {
  for (let port = wanted + 1; port <= wanted + NEIGHBOURS; port += 1) {
    if (!reserved.has(port) && (await takePort(port))) return port;
  }
  return await freePort();
}

/** @throws {PortsTaken} naming each port that people type and that is not free */
async function claimStrict(
  wishes: PortWishes,
  names: readonly StrictName[],
): Promise<Map<StrictName, number>> {
  const strict = new Map<StrictName, number>();
  const taken: { name: StrictName; port: number }[] = [];
  for (const name of names) {
    const port = wishes[name];
    if (!port) continue;
    const named = [...strict.values()].includes(port);
    // Somebody who names a port may hold a claim on it already, for us.
    if (named || !(await isPortFree(port))) taken.push({ name, port });
    else strict.set(name, port);
  }
  if (taken.length > 0) throw new PortsTaken(taken);
  for (const port of strict.values()) claimPort(port);
  return strict;
}

/**
 * Chooses and claims every port of a shop before anything is started. Rejects with PortsTaken, and claims nothing
 * then.
 */
export async function choosePorts(
  wishes: PortWishes,
  services: readonly string[],
  strictNames: readonly StrictName[],
): Promise<ChosenPorts> {
  const strict = await claimStrict(wishes, strictNames);
  const moved: MovedPort[] = [];
  const operationsWish = (index: number) => wishes.firstOperations && wishes.firstOperations + index;
  const reserved = new Set([
    ...Object.values(wishes),
    ...services.map((_service, index) => operationsWish(index) ?? 0),
  ]);

  async function preferring(wanted: number | undefined, name: string): Promise<number> {
    if (!wanted) return await freePort();
    if (await takePort(wanted)) return wanted;
    const used = await portBeside(wanted, reserved);
    moved.push({ name, wanted, used });
    return used;
  }

  const operations: Record<string, number> = {};
  for (const [index, service] of services.entries()) {
    operations[service] = await preferring(operationsWish(index), service);
  }
  const ports = {
    site: strict.get('site') ?? (await freePort()),
    webhook: strict.get('webhook') ?? (await freePort()),
    stripe: strict.get('stripe') ?? (await freePort()),
    amqp: await preferring(wishes.amqp, 'amqp'),
    management: await preferring(wishes.management, 'management'),
    brokerMetrics: await preferring(wishes.brokerMetrics, 'brokerMetrics'),
    mongo: await preferring(wishes.mongo, 'mongo'),
    prometheus: await preferring(wishes.prometheus, 'prometheus'),
    operations,
    distribution: await freePort(),
    epmd: await freePort(),
    ctl: await freePort(),
  };
  return { ports, moved };
}
