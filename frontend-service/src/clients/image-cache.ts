import { getImage, imageWidths } from '@micromall/contracts';
import { RpcError } from '@micromall/platform';
import { LRUCache } from 'lru-cache';
import type { ImageWidth } from '../domain/pictures.js';
import { isUnavailable, type SiteRpc } from './rpc.js';

/** Pictures are cached in memory up to this many bytes; a card's picture has about 15 kB. */
const mostBytes = 24 * 1024 * 1024;

export interface CachedImage {
  /** WebP */
  readonly bytes: Buffer;
  /** False if product-service does not answer and this is the same picture in another width. */
  readonly exact: boolean;
}

export interface ImageCache {
  /**
   * The picture; `unknown` if no product has it; `unavailable` if product-service does not answer and no width of it
   * is cached.
   */
  find(hash: string, width: ImageWidth): Promise<CachedImage | 'unknown' | 'unavailable'>;
}

interface WantedImage {
  readonly image: string;
  readonly width: ImageWidth;
}

/** A picture's name is the hash of its content, so what was fetched once stays right for ever. */
export function createImageCache(rpc: SiteRpc): ImageCache {
  const cache = new LRUCache<string, Buffer, WantedImage>({
    maxSize: mostBytes,
    sizeCalculation: (bytes) => Math.max(1, bytes.length),
    fetchMethod: async (_key, _stale, { context }) => {
      const reply = await rpc.tryCall(getImage, context);
      if (reply.ok) return Buffer.from(reply.base64, 'base64');
      if (isUnavailable(reply)) throw reply.error.cause;
      return undefined;
    },
  });

  return {
    async find(hash, width) {
      try {
        const bytes = await cache.fetch(keyOf(hash, width), { context: { image: hash, width } });
        return bytes ? { bytes, exact: true } : 'unknown';
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        const other = imageWidths.map((each) => cache.get(keyOf(hash, each))).find((bytes) => bytes);
        return other ? { bytes: other, exact: false } : 'unavailable';
      }
    },
  };
}

function keyOf(hash: string, width: ImageWidth): string {
  return `${hash}-${width}`;
}
