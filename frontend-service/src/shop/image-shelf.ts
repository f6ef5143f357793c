import { getImage, type imageWidths } from '@micromall/contracts';
import { LRUCache } from 'lru-cache';
import type { Asks } from '../patience.js';

/** Pictures are kept in memory up to this many bytes; a card's picture has about 15 kB. */
const mostBytes = 24 * 1024 * 1024;

type Width = (typeof imageWidths)[number];

export interface ImageShelf {
  /**
   * The bytes of a picture (WebP), or undefined if no product has it.
   * @throws {RpcError} if product-service does not answer
   */
  find(hash: string, width: Width): Promise<Buffer | undefined>;
}

/** A picture's name is the hash of its content, so what was fetched once stays right for ever. */
export function createImageShelf(rpc: Asks): ImageShelf {
  const shelf = new LRUCache<string, Buffer>({
    maxSize: mostBytes,
    sizeCalculation: (bytes) => Math.max(1, bytes.length),
  });
  const asked = new Map<string, Promise<Buffer | undefined>>();

  async function ask(key: string, image: string, width: Width): Promise<Buffer | undefined> {
    const reply = await rpc.call(getImage, { image, width });
    if (!reply.ok) return undefined;
    const bytes = Buffer.from(reply.base64, 'base64');
    shelf.set(key, bytes);
    return bytes;
  }

  return {
    find(hash, width) {
      const key = `${hash}-${width}`;
      const known = shelf.get(key) ?? asked.get(key);
      if (known) return Promise.resolve(known);
      const answer = ask(key, hash, width).finally(() => asked.delete(key));
      asked.set(key, answer);
      return answer;
    },
  };
}
