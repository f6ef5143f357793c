import { runJob } from '@micromall/platform/job';
import { writeBrokerDefinitions } from './broker-definitions.js';

/** In containers, runs before the broker and the database start, so that neither ever has a password it must not. */
await runJob('prepare', async (environment) => {
  await writeBrokerDefinitions(environment);
  return 'the passwords may be used, and the definitions of the broker are written';
});
