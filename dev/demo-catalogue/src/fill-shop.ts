import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { catalog, createProduct } from '@micromall/contracts';
import { connectOperator, type Operator } from './operator.js';
import type { Pictures } from './pictures.js';
import type { DemoProduct } from './products.js';

/** How many products are made at once: one is encoded while another is stored. */
const concurrency = 3;
const answerWithinMs = 30_000;
/** Product-service may still be starting when the broker is there. */
const firstAnswerWithinMs = 120_000;

/** Which shop is filled, and with what. */
export interface Filling {
  /** The broker, with the login of the shop's operator. */
  readonly operatorUrl: string;
  /** A file that is there while the shop is half filled. */
  readonly marker: string;
  readonly products: readonly DemoProduct[];
  readonly pictures: Pictures;
}

/**
 * Fills an empty shop with products; leaves any other as it is. Waits for a broker that still boots and encodes the
 * pictures meanwhile. A run that ended half-way is resumed: each call has a name that product-service remembers.
 */
export async function fillEmptyShop(filling: Filling): Promise<'filled' | 'left as it was'> {
  const { marker, products, pictures } = filling;
  // The catalogue shows the newest first.
  const lastFirst = products.toReversed();
  const operator = await connectOperator(filling.operatorUrl, () =>
    pictures.encodeAhead(lastFirst.map(({ key }) => key)),
  );
  try {
    const answer = await operator.ask(catalog, { pageSize: 1 }, { timeoutMs: firstAnswerWithinMs });
    const { total } = catalog.response.parse(answer);
    if (total > 0 && !existsSync(marker)) return 'left as it was';
    writeFileSync(marker, '');
    const remaining = lastFirst.values();
    async function work(): Promise<void> {
      for (const product of remaining) await add(operator, product, await pictures.pictureOf(product.key));
    }
    await Promise.all(Array.from({ length: concurrency }, work));
    rmSync(marker);
    return 'filled';
  } finally {
    await operator.close();
  }
}

async function add(operator: Operator, { key, ...product }: DemoProduct, picture: Buffer): Promise<void> {
  const request = { ...product, imageBase64: picture.toString('base64') };
  await operator.ask(createProduct, request, { callId: `demo:${key}`, timeoutMs: answerWithinMs });
}
