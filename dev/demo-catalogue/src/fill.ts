import { runJob } from '@micromall/platform/job';
import { provideDemoCatalogue } from './provide.js';

/** In containers, runs once the shop is ready. */
await runJob('seed', provideDemoCatalogue);
