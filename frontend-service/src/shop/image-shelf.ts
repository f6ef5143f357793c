import { getImage, imageWidths } from '@micromall/contracts';
import { RpcError } from '@micromall/platform';
import { LRUCache } from 'lru-cache';
import type { SiteEvents } from '../events.js';
import type { Asks } from '../patience.js';

/** Pictures are kept in memory up to this many bytes; a card's picture has about 15 kB. */
const mostBytes = 24 * 1024 * 1024;

type Width = (typeof imageWidths)[number];

export interface ShelvedImage {
  /** WebP */
  readonly bytes: Buffer;
  /** False if product-service does not answer and this is the same picture in another width. */
  readonly exact: boolean;
}

export interface ImageShelf {
  /**
   * The picture, or undefined if no product has it.
   * @throws {RpcError} if product-service does not answer and the picture was not seen in any width
   */
  find(hash: string, width: Width): Promise<ShelvedImage | undefined>;
}

/** A picture's name is the hash of its content, so what was fetched once stays right for ever. */
export function createImageShelf(rpc: Asks, events: SiteEvents): ImageShelf {
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

  function askOnce(hash: string, width: Width): Promise<Buffer | undefined> {
    const key = keyOf(hash, width);
    const known = asked.get(key);
    if (known) return known;
    const answer = ask(key, hash, width).finally(() => asked.delete(key));
    asked.set(key, answer);
    return answer;
  }

  return {
    async find(hash, width) {
      const known = shelf.get(keyOf(hash, width));
      if (known) return { bytes: known, exact: true };
      try {
        const bytes = await askOnce(hash, width);
        return bytes && { bytes, exact: true };
      } catch (error) {
        const other = imageWidths.map((each) => shelf.get(keyOf(hash, each))).find((bytes) => bytes);
        if (!other || !(error instanceof RpcError)) throw error;
        events.partMissing('image', error);
        return { bytes: other, exact: false };
      }
    },
  };
}

function keyOf(hash: string, width: Width): string {
  return `${hash}-${width}`;
}
