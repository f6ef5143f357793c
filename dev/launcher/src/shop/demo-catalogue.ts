import { join } from 'node:path';
import type { ProcessGroup } from '../processes/process-group.js';
import { repositoryRoot } from '../root.js';
import type { ShopBroker } from './backing-services.js';

const MAIN = join(repositoryRoot, 'dev', 'demo-catalogue', 'dist', 'fill.js');

export interface DemoCatalogueOptions {
  readonly broker: ShopBroker;
  /** Where it is noted that the shop is half filled. */
  readonly directory: string;
  readonly processes: ProcessGroup;
  readonly onLine: (line: string) => void;
}

/**
 * Gives an empty shop the demo catalogue, in a process of its own that encodes the pictures. Started before the
 * broker, it encodes them until the broker is there.
 */
export async function provideDemoCatalogue(options: DemoCatalogueOptions): Promise<void> {
  const { broker, directory, processes, onLine } = options;
  const address = new URL(broker.url(broker.operator.user));
  address.username = encodeURIComponent(broker.operator.user);
  address.password = encodeURIComponent(broker.operator.password);
  await processes.run('demo-catalogue', {
    command: process.execPath,
    args: [MAIN],
    directory,
    environment: {
      PATH: process.env.PATH,
      NODE_ENV: 'development',
      DEMO_CATALOGUE: 'yes',
      RABBITMQ_URL: address.href,
      STATE_DIRECTORY: directory,
    },
    onLine,
  });
}
