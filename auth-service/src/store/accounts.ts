import type { Role } from '@micromall/contracts';
import { isDuplicateKey } from '@micromall/platform';
import { type Connection, Schema, type Types } from 'mongoose';
import type { KeptAccount } from '../domain/accounts.js';

export type NewAccount = Omit<KeptAccount, 'userId'>;

export interface AccountStore {
  /** @param email in lower case, as the contract leaves it */
  findByEmail(email: string): Promise<KeptAccount | undefined>;
  findById(userId: string): Promise<KeptAccount | undefined>;
  hasAdmin(): Promise<boolean>;
  /** Undefined if the e-mail address has an account already; of two at once one is made. */
  add(account: NewAccount): Promise<KeptAccount | undefined>;
}

interface AccountDocument {
  _id: Types.ObjectId;
  name: string;
  email: string;
  role: Role;
  passwordHash: string;
  createdBy?: string | null;
  createdAt: Date;
}

const schema = new Schema<AccountDocument>(
  {
    name: { type: String, required: true },
    email: { type: String, required: true },
    role: { type: String, required: true, enum: ['shopper', 'admin'] },
    passwordHash: { type: String, required: true },
    createdBy: { type: String },
    createdAt: { type: Date, required: true },
  },
  { versionKey: false },
);
schema.index({ email: 1 }, { unique: true });
// Only for the few who are admins: whether there is one is asked at each start.
schema.index({ role: 1 }, { partialFilterExpression: { role: 'admin' } });

/** Resolves when the indexes stand: without the unique one no account may be made. */
export async function openAccountStore(database: Connection): Promise<AccountStore> {
  const model = database.model('Account', schema, 'accounts');
  await model.createIndexes();
  return {
    async findByEmail(email) {
      return kept(await model.findOne({ email }).lean<AccountDocument>());
    },
    async findById(userId) {
      return kept(await model.findById(userId).lean<AccountDocument>());
    },
    async hasAdmin() {
      return (await model.exists({ role: 'admin' })) !== null;
    },
    async add(account) {
      try {
        const document = await model.create({ ...account, createdAt: new Date() });
        return { ...account, userId: document._id.toHexString() };
      } catch (error) {
        if (isDuplicateKey(error)) return undefined;
        throw error;
      }
    },
  };
}

function kept(document: AccountDocument | null): KeptAccount | undefined {
  if (document === null) return undefined;
  const { _id, name, email, role, passwordHash, createdBy } = document;
  return { userId: _id.toHexString(), name, email, role, passwordHash, createdBy: createdBy ?? undefined };
}
