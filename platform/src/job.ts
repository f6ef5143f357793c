import { ConfigurationError, type Environment } from './variables.js';

/** Runs something once, as a container does that ends: one log line, and exit code 1 with a sentence if it may not. */
export async function runJob(
  name: string,
  work: (environment: Environment) => Promise<string>,
): Promise<void> {
  try {
    const msg = await work(process.env);
    console.log(JSON.stringify({ level: 'info', time: new Date().toISOString(), service: name, msg }));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
