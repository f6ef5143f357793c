import type { StoredRecord } from './records.js';

/** A table of lmdb. Writes are asynchronous; `Store.durable()` waits for them. */
export interface DiskTable<V> {
  get(id: string): V | undefined;
  put(id: string, value: V): Promise<boolean>;
  remove(id: string): Promise<boolean>;
  getRange(): Iterable<{ key: string; value: V }>;
}

/** Records of one kind, all in memory in the order they were made, and on disk when there is a directory. */
export class RecordTable<V extends StoredRecord> {
  readonly #records = new Map<string, V>();
  readonly #disk: DiskTable<V> | null;
  readonly #index: (record: V) => void;

  /** @param index called for each record that is read from the disk or written */
  constructor(disk: DiskTable<V> | null, index: (record: V) => void) {
    this.#disk = disk;
    this.#index = index;
    const stored = Array.from(disk?.getRange() ?? [], ({ value }) => value);
    for (const record of stored.sort((a, b) => a.sequence - b.sequence)) {
      this.#records.set(record.id, record);
      index(record);
    }
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: string | null): V | undefined {
    return id === null ? undefined : this.#records.get(id);
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
    this.#index(record);
    void this.#disk?.put(record.id, record);
  }

  remove(id: string): void {
    this.#records.delete(id);
    void this.#disk?.remove(id);
  }
}

/** Larger texts that are rarely read. With a disk they stay there and cost no memory. */
export class TextTable<V> {
  /** What may not be readable from the disk yet; everything, when there is none. */
  readonly #recent = new Map<string, V>();
  readonly #disk: DiskTable<V> | null;

  constructor(disk: DiskTable<V> | null) {
    this.#disk = disk;
  }

  get sizeInMemory(): number {
    return this.#recent.size;
  }

  get(id: string): V | undefined {
    return this.#recent.get(id) ?? this.#disk?.get(id);
  }

  put(id: string, value: V): void {
    this.#recent.set(id, value);
    void this.#disk?.put(id, value).then(() => {
      if (this.#recent.get(id) === value) this.#recent.delete(id);
    });
  }

  remove(id: string): void {
    this.#recent.delete(id);
    void this.#disk?.remove(id);
  }

  *entries(): Iterable<[string, V]> {
    if (!this.#disk) yield* this.#recent;
    else for (const { key, value } of this.#disk.getRange()) yield [key, value];
  }
}
