import { isDuplicateKey } from '@micromall/platform';
import { type Connection, Schema } from 'mongoose';

/** Up to when Stripe's log of events has been read, so that what happens while the shop is away is read later. */
export interface EventLogStore {
  /**
   * Claims the next reading for `forMs`, so that of several processes one reads.
   * @returns up to when the log was read before; undefined if another process has claimed it
   */
  claim(now: Date, forMs: number): Promise<Date | undefined>;
  setReadUpTo(moment: Date): Promise<void>;
}

interface Bookmark {
  readonly _id: string;
  readonly readUpTo: Date;
  readonly nextReadAt: Date;
}

const theOne = 'stripe';

const schema = new Schema<Bookmark>(
  {
    _id: { type: String, required: true },
    readUpTo: { type: Date, required: true },
    nextReadAt: { type: Date, required: true },
  },
  { versionKey: false, strict: 'throw' },
);

/** A shop that has never read the log begins now: what was before can't be about its orders. */
export async function openEventLogStore(database: Connection): Promise<EventLogStore> {
  const bookmarks = database.model<Bookmark>('EventLogBookmark', schema, 'event-log');
  const now = new Date();
  try {
    await bookmarks.create({ _id: theOne, readUpTo: now, nextReadAt: now });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }

  return {
    async claim(moment, forMs) {
      const claimed = await bookmarks
        .findOneAndUpdate(
          { _id: theOne, nextReadAt: { $lte: moment } },
          { $set: { nextReadAt: new Date(moment.getTime() + forMs) } },
          { returnDocument: 'after' },
        )
        .lean<Bookmark>();
      return claimed?.readUpTo;
    },
    async setReadUpTo(moment) {
      await bookmarks.updateOne({ _id: theOne }, { $set: { readUpTo: moment } });
    },
  };
}
