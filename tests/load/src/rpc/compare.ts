import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerDefinitions, operatorName } from '@micromall/contracts';
import { freePorts, startBroker, withPasswords } from '@micromall/launcher';
import { testPassword } from '@micromall/test-kit/vhost';
import { z } from 'zod';
import { median, startProgram } from '../processes.js';

const rate = z.object({ callsPerSecond: z.number(), medianMs: z.number() });
const measured = z.object({ alone: rate, crowded: rate });
type Measured = z.output<typeof measured>;

export interface RpcComparison {
  readonly rounds: readonly { readonly bare: Measured; readonly platform: Measured }[];
  /** Calls per second at 64 in flight, platform over bare: the median of the rounds. */
  readonly throughput: number;
  /** Median latency at 1 in flight, platform over bare: the median of the rounds. */
  readonly latency: number;
}

async function measure(
  side: 'bare' | 'platform',
  url: (user: string) => string,
  forMs: number,
): Promise<Measured> {
  const server = await startProgram('./rpc/process.js', ['serve', side, url('payment-service')]);
  try {
    const client = await startProgram('./rpc/process.js', [
      'call',
      side,
      url('order-service'),
      String(forMs),
    ]);
    return measured.parse(JSON.parse(client.line));
  } finally {
    server.child.kill('SIGKILL');
  }
}

/** Calls through `platform/` against a bare amqplib echo, in turns on one broker. */
export async function compareRpc(options: { rounds: number; forMs: number }): Promise<RpcComparison> {
  const directory = await mkdtemp(join(tmpdir(), 'micromall-bench-'));
  const [amqp = 0, management = 0, metrics = 0, distribution = 0, epmd = 0, ctl = 0] = await freePorts(6);
  const definitions = brokerDefinitions();
  const passwords = Object.fromEntries(definitions.users.map(({ name }) => [name, testPassword(name)]));
  const broker = await startBroker({
    directory,
    ports: { amqp, management, metrics, distribution, epmd, ctl },
    definitions: withPasswords(definitions, passwords),
    readyAs: { user: operatorName, password: testPassword(operatorName) },
  });
  try {
    const url = (user: string) => broker.amqpUrl(user, testPassword(user));
    const rounds: { bare: Measured; platform: Measured }[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      const bare = await measure('bare', url, options.forMs);
      rounds.push({ bare, platform: await measure('platform', url, options.forMs) });
    }
    return {
      rounds,
      throughput: median(
        rounds.map(({ bare, platform }) => platform.crowded.callsPerSecond / bare.crowded.callsPerSecond),
      ),
      latency: median(rounds.map(({ bare, platform }) => platform.alone.medianMs / bare.alone.medianMs)),
    };
  } finally {
    await broker.kill();
    await rm(directory, { recursive: true, force: true });
  }
}
