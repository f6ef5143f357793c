import { encode } from './encode.js';

/** The process in which pictures are decoded: bytes in, the encoded picture or a sentence out. */
process.on('message', (bytes: Uint8Array) => {
  void encode(Buffer.from(bytes)).then((result) => process.send?.(result));
});
process.on('disconnect', () => process.exit());
