import { serviceVariables, type Variables, variable } from '@micromall/platform/variables';
import { z } from 'zod';

export const demoCatalogue = variable(z.enum(['yes', 'no']).optional(), {
  meaning:
    'In containers: whether an empty shop gets the demo catalogue. Default: yes, but no in production.',
  example: 'no',
});

/** What the job reads that fills an empty shop. */
export const fillingVariables = {
  NODE_ENV: serviceVariables.NODE_ENV,
  DEMO_CATALOGUE: demoCatalogue,
  RABBITMQ_URL: serviceVariables.RABBITMQ_URL,
  STATE_DIRECTORY: variable(z.string().min(1), {
    meaning: 'Where it is noted that the shop is half filled.',
    example: '/var/lib/micromall/seed',
  }),
} as const satisfies Variables;
