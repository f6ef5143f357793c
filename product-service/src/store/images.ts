import { type Connection, Schema } from 'mongoose';
import type { EncodedPicture, PictureWidth } from '../domain/picture.js';

export interface ImageStore {
  /** Stores a picture under its hash; the same picture is stored once. */
  add(picture: EncodedPicture): Promise<void>;
  /** The WebP bytes in one width. */
  find(hash: string, width: PictureWidth): Promise<Buffer | undefined>;
}

interface ImageDocument {
  _id: string;
  width400: Buffer;
  width800: Buffer;
  width1200: Buffer;
}

const fields = { 400: 'width400', 800: 'width800', 1200: 'width1200' } as const;

const schema = new Schema<ImageDocument>(
  {
    _id: { type: String, required: true },
    width400: { type: Buffer, required: true },
    width800: { type: Buffer, required: true },
    width1200: { type: Buffer, required: true },
  },
  { versionKey: false },
);

export function createImageStore(database: Connection): ImageStore {
  const model = database.model('Image', schema, 'images');
  return {
    async add({ hash, widths }) {
      const document = { width400: widths[400], width800: widths[800], width1200: widths[1200] };
      await model.updateOne({ _id: hash }, { $setOnInsert: document }, { upsert: true });
    },
    async find(hash, width) {
      const field = fields[width];
      const document = await model.findById(hash, { [field]: 1 });
      return document?.[field];
    },
  };
}
