import { ConfigurationError } from '@micromall/platform';
import { startStripeSandbox } from './service.js';

try {
  const sandbox = await startStripeSandbox(process.env);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void sandbox.stop());
  }
} catch (error) {
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exitCode = 1;
}
