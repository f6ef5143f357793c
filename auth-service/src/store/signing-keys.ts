import { isDuplicateKey } from '@micromall/platform';
import { type Connection, Schema } from 'mongoose';
import { type SigningKey, signingKey } from '../signing-key.js';

/** The one document of the collection. */
const documentId = 'identity';

export interface SigningKeyStore {
  find(): Promise<SigningKey | undefined>;
  /** Keeps the key unless there is one, and returns the one that is kept: of several that race, all get the same. */
  keepFirst(key: SigningKey): Promise<SigningKey>;
}

export function openSigningKeyStore(database: Connection): SigningKeyStore {
  const schema = new Schema(
    {
      _id: { type: String, required: true },
      kid: { type: String, required: true },
      x: { type: String, required: true },
      d: { type: String, required: true },
      createdAt: { type: Date, required: true },
    },
    { versionKey: false },
  );
  const model = database.model('SigningKey', schema, 'signing-keys');

  async function find(): Promise<SigningKey | undefined> {
    const document = await model.findById(documentId).lean();
    return document === null ? undefined : signingKey.parse(document);
  }

  return {
    find,
    async keepFirst(key) {
      try {
        await model.create({ _id: documentId, ...key, createdAt: new Date() });
        return key;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const winner = await find();
        if (!winner) throw new Error('the signing key was there a moment ago and is gone', { cause: error });
        return winner;
      }
    },
  };
}
