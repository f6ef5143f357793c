/**
 * Runs the embedded database by itself: `node --max-semi-space-size=4 main.js --port 27017 --directory .data/mongo`.
 * The flag is optional: it keeps Node from setting 32 MB aside for short-lived objects, at no cost in speed.
 */
import { parseArgs } from 'node:util';
import { startEmbeddedMongo } from './server.js';

// A cached document keeps a few small buffers (its ObjectIds); each would hold on to the whole slab that Node cut
// it from, most of which was a message long gone. Small slabs save a third of this process's memory.
Buffer.poolSize = 1024;

const { values } = parseArgs({ options: { port: { type: 'string' }, directory: { type: 'string' } } });
const port = Number(values.port);

try {
  if (!values.directory || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error('Say where to listen and where to keep the data: --port 27017 --directory .data/mongo');
  }
  const database = await startEmbeddedMongo({ port, directory: values.directory });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void database.stop());
  console.log(`ready ${database.url}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
