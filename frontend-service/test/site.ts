import type { Product } from '@micromall/contracts';
import type { Environment } from '@micromall/platform';
import { createVhost, testEnvironment } from '@micromall/test-kit';
import { inject } from 'vitest';
import { startFrontendService } from '../src/service.js';
import { Neighbours } from './neighbours/neighbours.js';
import type { Person, World } from './neighbours/world.js';
import { Visitor } from './visitor.js';

export interface TestSite {
  readonly url: string;
  readonly operationsUrl: string;
  readonly neighbours: Neighbours;
  readonly world: World;
  visitor(): Visitor;
  /** A visitor who has logged in. */
  loggedIn(person?: Person): Promise<{ visitor: Visitor; person: Person }>;
  /** A shopper who has logged in and has two of a mug (18.50) in the cart. */
  shopperWithCart(): Promise<{ visitor: Visitor; person: Person; mug: Product }>;
  stop(): Promise<void>;
}

/** The site itself, on a virtual host and a database of its own, among neighbours that are played. */
export async function startSite(name: string, environment: Environment = {}): Promise<TestSite> {
  const vhost = await createVhost(inject('managementUrl'), `frontend-${name}`);
  const neighbours = await Neighbours.start(vhost.amqpUrl);
  const site = await startFrontendService({
    ...testEnvironment(vhost.amqpUrl('frontend-service')),
    MONGO_URL: `${inject('mongoUrl')}/frontend-${name}`,
    PORT: '0',
    CHECKOUT_ORIGIN: 'http://localhost:4242',
    ATTEMPTS_PER_ADDRESS: '1000',
    ...environment,
  });
  const url = `http://127.0.0.1:${site.port}`;
  const { world } = neighbours;

  async function loggedIn(person = world.know()): Promise<{ visitor: Visitor; person: Person }> {
    const visitor = new Visitor(url);
    await visitor.get('/login');
    const { status } = await visitor.submit('/login', { email: person.email, password: person.password });
    if (status !== 303) throw new Error(`logging in answered ${status}`);
    return { visitor, person };
  }

  return {
    url,
    operationsUrl: `http://127.0.0.1:${site.operationsPort}`,
    neighbours,
    world,
    visitor: () => new Visitor(url),
    loggedIn,
    async shopperWithCart() {
      const mug = world.sell();
      const person = world.know();
      world.put(person.userId, mug.productId, 2);
      return { ...(await loggedIn(person)), mug };
    },
    async stop() {
      await site.stop();
      await neighbours.stop();
      await vhost.remove();
    },
  };
}
