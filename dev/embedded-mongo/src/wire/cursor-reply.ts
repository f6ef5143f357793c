/** A batch of documents as a cursor command answers it. */
interface CursorBatch {
  /** `firstBatch` of the command that opened the cursor, `nextBatch` of a getMore. */
  field: 'firstBatch' | 'nextBatch';
  documents: readonly Uint8Array[];
  /** 0 when there is nothing more. */
  cursorId: bigint;
  namespace: string;
}

const TYPE = { double: 1, string: 2, document: 3, array: 4, long: 18 } as const;

/**
 * Writes `{cursor: {firstBatch: [...], id, ns}, ok: 1}` around documents that are BSON already: stored
 * documents go from disk to client without being taken apart.
 */
export function encodeCursorReply({ field, documents, cursorId, namespace }: CursorBatch): Uint8Array {
  const arrayBytes = 5 + documents.reduce((sum, document, i) => sum + 2 + digits(i) + document.length, 0);
  const namespaceBytes = Buffer.byteLength(namespace) + 1;
  const cursorBytes = 5 + (2 + field.length + arrayBytes) + (4 + 8) + (4 + 4 + namespaceBytes);
  const total = 5 + (2 + 'cursor'.length + cursorBytes) + (4 + 8);
  const writer = new Writer(total);
  writer.int32(total);
  writer.element(TYPE.document, 'cursor');
  writer.int32(cursorBytes);
  writer.element(TYPE.array, field);
  writer.int32(arrayBytes);
  for (const [i, document] of documents.entries()) {
    writer.element(TYPE.document, String(i));
    writer.raw(document);
  }
  writer.byte(0);
  writer.element(TYPE.long, 'id');
  writer.int64(cursorId);
  writer.element(TYPE.string, 'ns');
  writer.int32(namespaceBytes);
  writer.text(namespace);
  writer.byte(0);
  writer.element(TYPE.double, 'ok');
  writer.double(1);
  writer.byte(0);
  return writer.bytes;
}

function digits(index: number): number {
  return index < 10 ? 1 : String(index).length;
}

class Writer {
  readonly bytes: Buffer;
  #at = 0;

  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size);
  }

  byte(value: number): void {
    this.bytes[this.#at++] = value;
  }

  int32(value: number): void {
    this.#at = this.bytes.writeInt32LE(value, this.#at);
  }

  int64(value: bigint): void {
    this.#at = this.bytes.writeBigInt64LE(value, this.#at);
  }

  double(value: number): void {
    this.#at = this.bytes.writeDoubleLE(value, this.#at);
  }

  text(value: string): void {
    this.#at += this.bytes.write(value, this.#at);
    this.byte(0);
  }

  element(type: number, name: string): void {
    this.byte(type);
    this.text(name);
  }

  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }
}
