import type { StoredRecord } from './records.js';

/** The durable side of a shelf: an lmdb table. Writes are asynchronous; `Store.durable()` waits for them. */
export interface Table<V> {
  get(id: string): V | undefined;
  put(id: string, value: V): Promise<boolean>;
  remove(id: string): Promise<boolean>;
  getRange(): Iterable<{ key: string; value: V }>;
}

/**
 * Records of one kind, all in memory in the order they were made, and on disk when there is a table.
 * Reading is a map look-up; writing never waits.
 */
export class Shelf<V extends StoredRecord> {
  readonly #records = new Map<string, V>();
  readonly #table: Table<V> | null;
  readonly #index: ((record: V) => void) | null;

  constructor(table: Table<V> | null, index: ((record: V) => void) | null) {
    this.#table = table;
    this.#index = index;
    if (!table) return;
    const stored = Array.from(table.getRange(), (entry) => entry.value);
    stored.sort((a, b) => a.sequence - b.sequence);
    for (const record of stored) {
      this.#records.set(record.id, record);
      index?.(record);
    }
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: string): V | undefined {
    return this.#records.get(id);
  }

  /** Oldest first. */
  values(): Iterable<V> {
    return this.#records.values();
  }

  newestFirst(): V[] {
    return [...this.#records.values()].reverse();
  }

  put(record: V): void {
    this.#records.set(record.id, record);
    this.#index?.(record);
    void this.#table?.put(record.id, record);
  }

  remove(id: string): void {
    this.#records.delete(id);
    void this.#table?.remove(id);
  }
}

/**
 * Larger texts that are rarely read: event bodies and saved answers. With a disk they stay there and cost no
 * memory; without one they are kept in a map.
 */
export class Archive<V> {
  /** What was written but may not be readable from the table yet; everything, when there is no table. */
  readonly #recent = new Map<string, V>();
  readonly #table: Table<V> | null;

  constructor(table: Table<V> | null) {
    this.#table = table;
  }

  get sizeInMemory(): number {
    return this.#recent.size;
  }

  get(id: string): V | undefined {
    return this.#recent.get(id) ?? this.#table?.get(id);
  }

  put(id: string, value: V): void {
    this.#recent.set(id, value);
    if (!this.#table) return;
    void this.#table.put(id, value).then(() => {
      if (this.#recent.get(id) === value) this.#recent.delete(id);
    });
  }

  remove(id: string): void {
    this.#recent.delete(id);
    void this.#table?.remove(id);
  }

  *entries(): Iterable<[string, V]> {
    if (!this.#table) {
      yield* this.#recent;
      return;
    }
    for (const { key, value } of this.#table.getRange()) yield [key, value];
  }
}
