import { afterAll, beforeAll, beforeEach } from 'vitest';
import { startSite, type TestSite } from './site.js';

/** The site of the test file that imports this: started once, for all its suites. */
export let site: TestSite;

beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site?.stop());
beforeEach(() => site.peers.restore());
