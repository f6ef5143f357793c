import { demoCatalogue } from '@micromall/demo-catalogue/variables';
import { variables as launcher } from '@micromall/launcher/config';
import { passwordVariables } from '@micromall/launcher/containers/variables';
import { type Variables, variable } from '@micromall/platform/variables';
import { z } from 'zod';

/** What a person may set for `docker compose`, beyond what the services themselves read. */
export const composeVariables = {
  SITE_PORT: launcher.SITE_PORT,
  WEBHOOK_PORT: launcher.WEBHOOK_PORT,
  STRIPE_SANDBOX_PORT: launcher.STRIPE_SANDBOX_PORT,
  ...passwordVariables,
  DEMO_CATALOGUE: demoCatalogue,
  DOCKER_LOG_DIRECTORY: variable(z.string().startsWith('/', 'must be an absolute path').optional(), {
    meaning:
      "In containers: the directory of this machine with the Docker daemon's own log, or with systemd's journal, so that it is found in Grafana too.",
    example: '/var/log/journal',
  }),
  DOCKER_LOG_GROUP: variable(z.string().regex(/^\d+$/, 'must be the number of a group').optional(), {
    meaning: 'In containers: the number of the group that may read DOCKER_LOG_DIRECTORY.',
    example: '101',
  }),
  DEVELOPER: variable(
    z
      .string()
      .regex(/^\d+:\d+$/, 'must be a user and a group')
      .optional(),
    {
      meaning:
        'In containers of docker-compose.dev.yml: who compiles, and so owns what is compiled: the output of `id -u` and `id -g`.',
      example: '1000:1000',
    },
  ),
} as const satisfies Variables;
