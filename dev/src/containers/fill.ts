import { provideDemoCatalogue } from './demo-catalogue.js';
import { runJob } from './job.js';

/** In containers, runs once the shop is ready. */
await runJob('seed', provideDemoCatalogue);
