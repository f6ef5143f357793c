import { ConfigurationError, type Environment } from './variables.js';

/** The most that stopping may take, in milliseconds, before the process ends all the same. */
const stopLimitMs = 9_000;
/** How long the logger has for its last lines, in milliseconds. */
const flushMs = 50;

/**
 * Runs one service as a process: from the environment until SIGTERM or Ctrl-C. Exit code 0 after an orderly stop,
 * 1 if the environment is wrong, the service can't start, or a fault nobody expected made it stop.
 */
export async function runProcess(
  start: (environment: Environment) => Promise<{ stop(): Promise<void> }>,
): Promise<void> {
  let running: { stop(): Promise<void> } | undefined;
  let stopping = false;

  function stop(exitCode: number): void {
    if (stopping) return;
    stopping = true;
    process.exitCode = exitCode;
    // Whatever hangs, the process ends: unacknowledged work goes back to the broker.
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), stopLimitMs).unref();
    void Promise.resolve(running?.stop()).then(
      () => leave(exitCode),
      () => leave(1),
    );
  }
  function leave(exitCode: number): void {
    // The logger writes what is left when the process exits, and would try for ever if whoever read its lines has
    // died. A moment before, it learns of that by itself and gives up.
    setTimeout(() => process.exit(exitCode), flushMs);
  }
  function crash(error: unknown): void {
    process.stderr.write(
      `${JSON.stringify({ level: 'fatal', msg: 'unexpected fault', err: String(error), stack: stackOf(error) })}\n`,
    );
    stop(1);
  }

  process.on('SIGTERM', () => stop(0));
  process.on('SIGINT', () => stop(0));
  process.on('unhandledRejection', crash);
  process.on('uncaughtException', crash);
  try {
    running = await start(process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigurationError ? error.message : stackOf(error)}\n`);
    process.exit(1);
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
