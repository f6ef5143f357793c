import { type Document, decode } from '../bson/document.js';
import { HEADER_BYTES, ProtocolError } from './frame.js';

/** Operation codes (https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/). */
export const OPERATION = { reply: 1, query: 2004, message: 2013 } as const;

/** The client wants no answer. */
const MORE_TO_COME = 2;
/** The lower 16 flags must be understood; the upper ones may be ignored. No driver for Node sends a checksum. */
const UNKNOWN_REQUIRED_FLAGS = 0xffff & ~MORE_TO_COME;

/** A command as it came over the wire. */
export interface Request {
  id: number;
  operation: number;
  /** The first field of a command is its name. */
  command: Document;
  /** Documents sent beside the command (kind-1 sections), undecoded, by the argument they stand for. */
  sequences: ReadonlyMap<string, Uint8Array[]>;
  /** The client wants no answer (an unacknowledged write). */
  wantsNoReply: boolean;
}

/** Reads a message. Throws ProtocolError, or bson's own error, on anything malformed. */
export function parseRequest(frame: Buffer): Request {
  const id = frame.readInt32LE(4);
  const operation = frame.readInt32LE(12);
  if (operation === OPERATION.message) return parseMessage(frame, id);
  if (operation === OPERATION.query) return parseQuery(frame, id);
  throw new ProtocolError(
    `operation code ${operation} (understood are OP_MSG, and OP_QUERY for the handshake)`,
  );
}

function parseMessage(frame: Buffer, id: number): Request {
  if (frame.length < HEADER_BYTES + 5) throw new ProtocolError('an OP_MSG without content');
  const flags = frame.readUInt32LE(HEADER_BYTES);
  if (flags & UNKNOWN_REQUIRED_FLAGS) throw new ProtocolError(`unknown required flags ${flags.toString(2)}`);
  const sequences = new Map<string, Uint8Array[]>();
  let command: Document | undefined;
  let at = HEADER_BYTES + 4;
  while (at < frame.length) {
    const kind = frame[at];
    const size = sectionSize(frame, at + 1);
    const section = frame.subarray(at + 1, at + 1 + size);
    at += 1 + size;
    if (kind === 0 && command) throw new ProtocolError('an OP_MSG with two bodies');
    if (kind === 0) command = decode(section);
    else if (kind === 1) readSequence(section, sequences);
    else throw new ProtocolError(`an OP_MSG section of kind ${kind}`);
  }
  if (!command) throw new ProtocolError('an OP_MSG without a body');
  const wantsNoReply = (flags & MORE_TO_COME) !== 0;
  return { id, operation: OPERATION.message, command, sequences, wantsNoReply };
}

function sectionSize(frame: Buffer, at: number): number {
  const size = at + 4 <= frame.length ? frame.readInt32LE(at) : 0;
  if (size < 5 || at + size > frame.length)
    throw new ProtocolError('a section that does not fit its message');
  return size;
}

function readSequence(section: Buffer, sequences: Map<string, Uint8Array[]>): void {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd < 0) throw new ProtocolError('a document sequence without a name');
  const documents: Uint8Array[] = [];
  let at = nameEnd + 1;
  while (at < section.length) {
    const size = sectionSize(section, at);
    documents.push(section.subarray(at, at + size));
    at += size;
  }
  const name = section.toString('utf8', 4, nameEnd);
  if (sequences.has(name)) throw new ProtocolError(`two document sequences called ${name}`);
  sequences.set(name, documents);
}

// Flags, "<database>.$cmd", skip, limit, then the command: only the first message of a connection is like this.
function parseQuery(frame: Buffer, id: number): Request {
  const nameEnd = frame.indexOf(0, HEADER_BYTES + 4);
  if (nameEnd < 0) throw new ProtocolError('an OP_QUERY without a collection name');
  const bodyAt = nameEnd + 9;
  const namespace = frame.toString('utf8', HEADER_BYTES + 4, nameEnd);
  const body = frame.subarray(bodyAt, bodyAt + sectionSize(frame, bodyAt));
  const command = { ...decode(body), $db: namespace.split('.', 1)[0] };
  return { id, operation: OPERATION.query, command, sequences: new Map(), wantsNoReply: false };
}
