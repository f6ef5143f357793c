import type { Role } from '@micromall/contracts';
import { isDuplicateKey } from '@micromall/platform';
import { type Connection, Schema, type Types } from 'mongoose';
import type { StoredAccount } from '../domain/accounts.js';

export type NewAccount = Omit<StoredAccount, 'userId'>;

export interface AccountStore {
  /** @param email in lower case, as the contract leaves it */
  findByEmail(email: string): Promise<StoredAccount | undefined>;
  findById(userId: string): Promise<StoredAccount | undefined>;
  hasAdmin(): Promise<boolean>;
  /** Undefined if the e-mail address has an account already; of two calls at once one adds it. */
  add(account: NewAccount): Promise<StoredAccount | undefined>;
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
// Each start asks whether there is an admin, and few accounts are.
schema.index({ role: 1 }, { partialFilterExpression: { role: 'admin' } });

/** Resolves when the indexes exist: without the unique one no account may be added. */
export async function openAccountStore(database: Connection): Promise<AccountStore> {
  const model = database.model('Account', schema, 'accounts');
  await model.createIndexes();
  return {
    async findByEmail(email) {
      return toAccount(await model.findOne({ email }).lean<AccountDocument>());
    },
    async findById(userId) {
      return toAccount(await model.findById(userId).lean<AccountDocument>());
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

function toAccount(document: AccountDocument | null): StoredAccount | undefined {
  if (document === null) return undefined;
  const { _id, name, email, role, passwordHash, createdBy } = document;
  return { userId: _id.toHexString(), name, email, role, passwordHash, createdBy: createdBy ?? undefined };
}
