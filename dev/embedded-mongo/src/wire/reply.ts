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
