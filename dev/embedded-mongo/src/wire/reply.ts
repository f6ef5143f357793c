import { type Document, encode } from '../bson/document.js';
import { HEADER_BYTES } from './frame.js';
import { OPERATION, type Request } from './request.js';

/** What a command answers: a document, or one that is encoded already (batches of stored documents are). */
export type ReplyBody = Document | Uint8Array;

let lastReplyId = 0;

/** Up to this size head and body are copied together: one plain write costs less than a gathering one. */
const COPIED_BYTES = 32 * 1024;

/** Wraps an answer in the message its request asks for: OP_MSG, or OP_REPLY during the handshake. */
export function encodeReply(request: Request, reply: ReplyBody): Uint8Array[] {
  const body = reply instanceof Uint8Array ? reply : encode(reply);
  const head = request.operation === OPERATION.query ? replyHead() : messageHead();
  lastReplyId = (lastReplyId + 1) | 0;
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(lastReplyId, 4);
  head.writeInt32LE(request.id, 8);
  return body.length <= COPIED_BYTES ? [Buffer.concat([head, body])] : [head, body];
}

// No flags, then one section of kind 0.
function messageHead(): Buffer {
  const head = Buffer.alloc(HEADER_BYTES + 5);
  head.writeInt32LE(OPERATION.message, 12);
  return head;
}

// Response flags (8: await capable), cursor 0, starting from 0, one document.
function replyHead(): Buffer {
  const head = Buffer.alloc(HEADER_BYTES + 20);
  head.writeInt32LE(OPERATION.reply, 12);
  head.writeInt32LE(8, 16);
  head.writeInt32LE(1, 32);
  return head;
}

/** A batch of documents as a cursor command answers it. */
export interface CursorBatch {
  /** `firstBatch` of the command that opened the cursor, `nextBatch` of a getMore. */
  readonly field: 'firstBatch' | 'nextBatch';
  readonly documents: readonly Uint8Array[];
  /** 0 when there is nothing more. */
  readonly id: bigint;
  readonly namespace: string;
}

const TYPE = { document: 3, array: 4 } as const;

/**
 * Writes `{cursor: {id, ns, firstBatch: [...]}, ok: 1}` around documents that are BSON already: stored
 * documents go from disk to client without being taken apart.
 */
export function encodeCursorReply({ field, documents, id, namespace }: CursorBatch): Uint8Array {
  const batch = documents.flatMap((document, i) => [elementHead(TYPE.document, String(i)), document]);
  const array = wrapDocument([], batch);
  const cursor = wrapDocument([encode({ id, ns: namespace })], [elementHead(TYPE.array, field), ...array]);
  const reply = wrapDocument([encode({ ok: 1 })], [elementHead(TYPE.document, 'cursor'), ...cursor]);
  return Buffer.concat(reply);
}

function elementHead(type: number, name: string): Buffer {
  return Buffer.from(`${String.fromCharCode(type)}${name}\0`, 'latin1');
}

/** The parts of one document: the fields of others first, then elements that are encoded already. */
function wrapDocument(fieldsOf: readonly Uint8Array[], elements: readonly Uint8Array[]): Uint8Array[] {
  // Without its length in front and the zero at its end a document is a list of elements.
  const content = [...fieldsOf.map((document) => document.subarray(4, -1)), ...elements];
  const head = Buffer.alloc(4);
  head.writeInt32LE(content.reduce((bytes, part) => bytes + part.length, 5));
  return [head, ...content, Buffer.alloc(1)];
}
