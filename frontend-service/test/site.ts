import type { Product } from '@micromall/contracts';
import type { Environment } from '@micromall/platform';
import { Harness } from '@micromall/test-kit';
import { startFrontendService } from '../src/service.js';
import { Peers } from './peers.js';
import type { Person, TestShop } from './shop.js';
import { Visitor } from './visitor.js';

export interface TestSite {
  readonly harness: Harness;
  readonly url: string;
  readonly operationsUrl: string;
  readonly peers: Peers;
  /** What the peers hold. */
  readonly shop: TestShop;
  visitor(): Visitor;
  /** A visitor who has logged in. */
  loggedIn(person?: Person): Promise<{ visitor: Visitor; person: Person }>;
  /** A shopper who has logged in and has two of a mug (18.50) in the cart. */
  shopperWithCart(): Promise<{ visitor: Visitor; person: Person; mug: Product }>;
  stop(): Promise<void>;
}

/**
 * The site itself among peers, on a virtual host and a database of its own.
 * @param variables its environment besides, made from the harness where they depend on it
 */
export async function startSite(
  variables: (harness: Harness) => Environment = () => ({}),
): Promise<TestSite> {
  const harness = await Harness.start('frontend-service');
  const peers = new Peers(harness);
  const services = ['auth-service', 'product-service', 'cart-service', 'order-service'] as const;
  await Promise.all(services.map((service) => peers.start(service)));
  const running = harness.keep(
    await startFrontendService(
      harness.environment({
        PORT: '0',
        CHECKOUT_ORIGIN: 'http://localhost:4242',
        ATTEMPTS_PER_ADDRESS: '1000',
        ...variables(harness),
      }),
    ),
  );
  const url = `http://127.0.0.1:${running.port}`;
  const { shop } = peers;

  async function loggedIn(person = shop.addPerson()): Promise<{ visitor: Visitor; person: Person }> {
    const visitor = new Visitor(url);
    await visitor.get('/login');
    const { status } = await visitor.submit('/login', { email: person.email, password: person.password });
    if (status !== 303) throw new Error(`logging in answered ${status}`);
    return { visitor, person };
  }

  return {
    harness,
    url,
    operationsUrl: `http://127.0.0.1:${running.operationsPort}`,
    peers,
    shop,
    visitor: () => new Visitor(url),
    loggedIn,
    async shopperWithCart() {
      const mug = shop.addProduct();
      const person = shop.addPerson();
      shop.setQuantity(person.userId, mug.productId, 2);
      return { ...(await loggedIn(person)), mug };
    },
    stop: () => harness.stop(),
  };
}
