import { isDuplicateKey } from '@micromall/platform';
import { type Connection, Schema } from 'mongoose';
import type { SigningKey } from '../domain/signing-key.js';

/** The one document of the collection. */
const documentId = 'identity';

export interface SigningKeyStore {
  /** The stored key; without one stores what `create` makes. Replicas that start at once get the same key. */
  findOrAdd(create: () => Promise<SigningKey>): Promise<SigningKey>;
}

interface SigningKeyDocument extends SigningKey {
  readonly _id: string;
  readonly createdAt: Date;
}

const schema = new Schema<SigningKeyDocument>(
  {
    _id: { type: String, required: true },
    kid: { type: String, required: true },
    x: { type: String, required: true },
    d: { type: String, required: true },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false },
);

export function openSigningKeyStore(database: Connection): SigningKeyStore {
  const model = database.model('SigningKey', schema, 'signing-keys');

  async function find(): Promise<SigningKey | undefined> {
    const document = await model.findById(documentId).lean<SigningKeyDocument>();
    return document === null ? undefined : { kid: document.kid, x: document.x, d: document.d };
  }

  return {
    async findOrAdd(create) {
      const stored = await find();
      if (stored) return stored;
      const key = await create();
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
