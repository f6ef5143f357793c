import type { Environment } from '../../setup/machine.mjs';
import type { PlanContext, ProgramPlan } from './plan.js';

/** Meant for the launcher, for npm, or for the shell rather than for a service. */
const NOT_PASSED_ON =
  /^(npm_.*|PORT|HOST|FAILPOINT|RABBITMQ_MANAGEMENT_URL|DATA_DIRECTORY|SITE_PORT|WEBHOOK_PORT|STRIPE_SANDBOX_PORT|PROMETHEUS)$/i;

/** Secrets of the user's own that only some programs may know, with the names of those. */
const RESTRICTED: Readonly<Record<string, readonly string[]>> = {
  STRIPE_PRIVATE_KEY: ['payment-service'],
  STRIPE_WEBHOOK_SECRET: ['payment-service', 'stripe-sandbox'],
  SESSION_SECRET: ['frontend-service'],
  FIRST_ADMIN_PASSWORD: ['auth-service'],
};

function mayKnow(program: string, variable: string): boolean {
  return RESTRICTED[variable]?.includes(program) ?? true;
}

/** The whole environment of one program: its defaults, the user's own variables, what the launcher decides. */
export function environmentOf(plan: ProgramPlan, shop: PlanContext, given: Environment): Environment {
  const own = Object.entries(given).filter(
    ([name, value]) => !NOT_PASSED_ON.test(name) && mayKnow(plan.name, name) && value !== '',
  );
  return { ...plan.defaults(shop), ...Object.fromEntries(own), ...plan.fixed(shop) };
}
