import { join } from 'node:path';
import type { ProgramPlan, ShopPlan } from '../../src/plan.js';

const main = join(import.meta.dirname, 'stand-in-service.mjs');

function program(name: string, fixed: ProgramPlan['fixed']): ProgramPlan {
  return { name, main, defaults: () => ({}), fixed: (shop) => ({ NAME: name, ...fixed(shop) }) };
}

/** A shop of two services and a stand-in for Stripe that only know how to start and to stop. */
export function standInPlan(journal: string, behaviours: Readonly<Record<string, string>> = {}): ShopPlan {
  function service(name: string): ProgramPlan {
    return program(name, (shop) => ({
      JOURNAL: journal,
      BEHAVIOUR: behaviours[name] ?? '',
      OPERATIONS_PORT: String(shop.ports.operations[name]),
      RABBITMQ_URL: shop.brokerUrl(name),
    }));
  }
  return {
    services: [service('cart-service'), service('order-service')],
    sandbox: program('stripe-sandbox', (shop) => ({ JOURNAL: journal, PORT: String(shop.ports.stripe) })),
  };
}
