import { isDocument } from './bson/document.js';
import { Collection } from './collection.js';
import type { IndexSpecification } from './collection-index.js';
import { CommandError } from './errors.js';
import type { DocumentStore } from './storage/document-store.js';

/** All databases and collections, and what of them is written in the data folder. */
export class Catalogue {
  readonly #store: DocumentStore;
  readonly #collections = new Map<string, Collection>();
  #lastCollection = 0;
  #lastRecord = 0;

  /** Reads the data folder: every collection is loaded and its indexes are built. */
  constructor(store: DocumentStore) {
    this.#store = store;
    for (const { key, entry } of store.catalogueEntries()) {
      const number = Number(key);
      const { database, name, indexes } = entry;
      if (typeof database !== 'string' || typeof name !== 'string' || !Array.isArray(indexes)) {
        throw new Error(`The catalogue entry ${key} of the embedded database is damaged`);
      }
      const collection = this.#construct(number, database, name);
      this.#lastRecord = Math.max(this.#lastRecord, collection.load(indexes.filter(isSpecification)));
      this.#lastCollection = Math.max(this.#lastCollection, number);
    }
  }

  get collections(): IterableIterator<Collection> {
    return this.#collections.values();
  }

  find(database: string, name: string): Collection | undefined {
    return this.#collections.get(`${database}.${name}`);
  }

  /** The collection, created if it is not there, as a first write does. Refuses (73) an invalid name. */
  obtain(database: string, name: string): Collection {
    return this.find(database, name) ?? this.create(database, name);
  }

  create(database: string, name: string): Collection {
    refuseInvalidName(database, name);
    this.#lastCollection += 1;
    const collection = this.#construct(this.#lastCollection, database, name);
    this.saveIndexes(collection);
    return collection;
  }

  /** Writes down which indexes a collection has. */
  saveIndexes(collection: Collection): void {
    const { number, database, name } = collection;
    const indexes = collection.indexes.map(({ specification }) => specification);
    this.#store.putCatalogueEntry(String(number), { database, name, indexes });
  }

  drop(collection: Collection): void {
    collection.clear();
    this.#store.removeCatalogueEntry(String(collection.number));
    this.#collections.delete(collection.namespace);
  }

  inDatabase(database: string): Collection[] {
    return [...this.#collections.values()].filter((collection) => collection.database === database);
  }

  #construct(number: number, database: string, name: string): Collection {
    const collection = new Collection(number, database, name, this.#store, () => ++this.#lastRecord);
    this.#collections.set(collection.namespace, collection);
    return collection;
  }
}

function isSpecification(value: unknown): value is IndexSpecification {
  return isDocument(value) && isDocument(value.key) && typeof value.name === 'string';
}

function refuseInvalidName(database: string, name: string): void {
  const namespace = `${database}.${name}`;
  const isValid =
    /^[^/\\. "$\0]{1,63}$/.test(database) &&
    /^(?!\.|system\.)[^$\0]*[^$\0.]$/.test(name) &&
    namespace.length <= 255;
  if (!isValid) throw new CommandError(73, `Invalid namespace specified '${namespace}'`);
}
