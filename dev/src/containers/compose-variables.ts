import type { Variables } from '@micromall/platform/variables';
import { variables as launcher } from '../launcher/variables.js';
import { demoCatalogue, passwordVariables } from './variables.js';

/** What a person may set for `docker compose`, beyond what the services themselves read. */
export const composeVariables = {
  SITE_PORT: launcher.SITE_PORT,
  WEBHOOK_PORT: launcher.WEBHOOK_PORT,
  STRIPE_SANDBOX_PORT: launcher.STRIPE_SANDBOX_PORT,
  ...passwordVariables,
  DEMO_CATALOGUE: demoCatalogue,
} as const satisfies Variables;
