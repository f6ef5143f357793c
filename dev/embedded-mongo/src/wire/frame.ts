/** Largest message MongoDB takes (`maxMessageSizeBytes`), in bytes. */
export const MAX_MESSAGE_BYTES = 48_000_000;

/** Length, request id, response to, operation code: four 32-bit integers. */
export const HEADER_BYTES = 16;

/** The client does not speak the protocol as it should; its connection is closed. */
export class ProtocolError extends Error {}

/** Cuts a byte stream into messages. Chunks are joined once per message, however many they come in. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** How many bytes wait for their message to be complete. */
  get buffered(): number {
    return this.#bytes;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
  }

  /** The next whole message, or undefined. Throws ProtocolError on an impossible length. */
  next(): Buffer | undefined {
    if (this.#bytes < HEADER_BYTES) return undefined;
    const length = this.#announcedLength();
    if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) {
      throw new ProtocolError(
        `a message of ${length} bytes (allowed are ${HEADER_BYTES} to ${MAX_MESSAGE_BYTES})`,
      );
    }
    if (this.#bytes < length) return undefined;
    const all = this.#joined();
    const rest = all.subarray(length);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
    return all.subarray(0, length);
  }

  #announcedLength(): number {
    const [first] = this.#chunks;
    return first && first.length >= 4 ? first.readInt32LE(0) : this.#joined().readInt32LE(0);
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    if (first && this.#chunks.length === 1) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }
}
