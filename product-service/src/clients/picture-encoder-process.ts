import { encode } from './encode-picture.js';

/** The process in which pictures are decoded: bytes in, an `EncodeResult` out. */
process.on('message', (bytes: Uint8Array) => {
  void encode(Buffer.from(bytes)).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());
