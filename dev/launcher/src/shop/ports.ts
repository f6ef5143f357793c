import { claimPort } from './processes/port-claims.js';
import { freePort, isPortFree, takePort } from './processes/ports.js';

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

/** Every port of a shop, for giving them back. */
export function allPorts(ports: ShopPorts): number[] {
  const { operations, ...others } = ports;
  return [...Object.values(operations), ...Object.values(others)];
}

/**
 * Chooses and claims every port of a shop before anything is started. Rejects with PortsTaken, and claims nothing
 * then.
 */
export async function choosePorts(
  wishes: PortWishes,
  services: readonly string[],
  strictNames: readonly StrictName[],
): Promise<ShopPorts> {
  const strict = new Map<StrictName, number>();
  const taken: { name: StrictName; port: number }[] = [];
  for (const name of strictNames) {
    const port = wishes[name];
    if (!port) continue;
    const named = [...strict.values()].includes(port);
    // Somebody who names a port may hold a claim on it already, for us.
    if (named || !(await isPortFree(port))) taken.push({ name, port });
    else strict.set(name, port);
  }
  if (taken.length > 0) throw new PortsTaken(taken);
  for (const port of strict.values()) claimPort(port);

  async function preferring(wish: number | undefined): Promise<number> {
    return wish && (await takePort(wish)) ? wish : await freePort();
  }

  const operations: Record<string, number> = {};
  for (const [index, service] of services.entries()) {
    operations[service] = await preferring(wishes.firstOperations && wishes.firstOperations + index);
  }
  return {
    site: strict.get('site') ?? (await preferring(undefined)),
    webhook: strict.get('webhook') ?? (await preferring(undefined)),
    stripe: strict.get('stripe') ?? (await preferring(undefined)),
    amqp: await preferring(wishes.amqp),
    management: await preferring(wishes.management),
    brokerMetrics: await preferring(wishes.brokerMetrics),
    mongo: await preferring(wishes.mongo),
    prometheus: await preferring(wishes.prometheus),
    operations,
    distribution: await preferring(undefined),
    epmd: await preferring(undefined),
    ctl: await preferring(undefined),
  };
}
