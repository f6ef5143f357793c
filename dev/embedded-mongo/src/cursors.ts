import { randomBytes } from 'node:crypto';
import { MAX_DOCUMENT_BYTES } from './bson/document.js';
import { CommandError } from './errors.js';
import { encodeCursorReply } from './wire/cursor-reply.js';

/** Documents of a first batch when the client names no size, as in MongoDB. */
const DEFAULT_FIRST_BATCH = 101;
const IDLE_MILLISECONDS = 10 * 60 * 1000;

interface OpenCursor {
  namespace: string;
  documents: Iterator<Uint8Array>;
  /** Taken from the iterator but not sent: it did not fit, or it shows that there is more. */
  waiting: Uint8Array | undefined;
  usedAt: number;
}

/** How a client wants its results. */
interface CursorRequest {
  namespace: string;
  batchSize: number | undefined;
  /** Close the cursor after the first batch. */
  singleBatch: boolean;
}

/** Cursors that a client may still ask more of. */
export class Cursors {
  readonly #open = new Map<bigint, OpenCursor>();
  // Ids of an earlier run must not be mistaken for ours.
  #lastId = BigInt(randomBytes(5).readUIntBE(0, 5)) << 20n;

  /** Answers the first batch; what does not fit stays under a new cursor id. */
  open(documents: Iterator<Uint8Array>, { namespace, batchSize, singleBatch }: CursorRequest): Uint8Array {
    const cursor: OpenCursor = { namespace, documents, waiting: undefined, usedAt: Date.now() };
    const batch = takeBatch(cursor, batchSize ?? DEFAULT_FIRST_BATCH);
    const more = !singleBatch && hasMore(cursor);
    if (more) this.#open.set(++this.#lastId, cursor);
    return encodeCursorReply({
      field: 'firstBatch',
      documents: batch,
      cursorId: more ? this.#lastId : 0n,
      namespace,
    });
  }

  /** Answers the next batch. Refused (43) if there is no such cursor. */
  more(id: bigint, namespace: string, batchSize: number | undefined): Uint8Array {
    const cursor = this.#open.get(id);
    if (cursor?.namespace !== namespace) throw new CommandError(43, `cursor id ${id} not found`);
    cursor.usedAt = Date.now();
    const documents = takeBatch(cursor, batchSize || Number.POSITIVE_INFINITY);
    const more = hasMore(cursor);
    if (!more) this.#open.delete(id);
    return encodeCursorReply({ field: 'nextBatch', documents, cursorId: more ? id : 0n, namespace });
  }

  /** Forgets a cursor; false if there was none. */
  kill(id: bigint): boolean {
    return this.#open.delete(id);
  }

  /** Forgets cursors that were not used for ten minutes. */
  killIdle(now: number): void {
    for (const [id, cursor] of this.#open) if (now - cursor.usedAt > IDLE_MILLISECONDS) this.#open.delete(id);
  }
}

function takeBatch(cursor: OpenCursor, size: number): Uint8Array[] {
  const batch: Uint8Array[] = [];
  let bytes = 0;
  while (batch.length < size && hasMore(cursor)) {
    const document = cursor.waiting;
    if (!document || (batch.length > 0 && bytes + document.length > MAX_DOCUMENT_BYTES)) break;
    batch.push(document);
    bytes += document.length;
    cursor.waiting = undefined;
  }
  return batch;
}

function hasMore(cursor: OpenCursor): boolean {
  if (cursor.waiting) return true;
  const next = cursor.documents.next();
  cursor.waiting = next.done ? undefined : next.value;
  return cursor.waiting !== undefined;
}
