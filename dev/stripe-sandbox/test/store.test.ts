import { afterEach, expect, test, vi } from 'vitest';
import { MAXIMUM_EVENTS, Store } from '../src/store/store.js';

afterEach(() => {
  vi.useRealTimers();
});

function putEvent(store: Store, id: string): void {
  const created = Math.floor(Date.now() / 1000);
  store.events.put({
    id,
    sequence: store.nextSequence(),
    created,
    type: 'x',
    request: null,
    about: '',
    deliveries: [],
  });
  store.eventData.put(id, '{}');
}

function putAnswer(store: Store, key: string): void {
  store.answers.put(key, { fingerprint: '', status: 200, body: '', requestId: '', savedAt: Date.now() });
}

test('only the newest 20,000 events are kept, so a load test cannot fill the memory', () => {
  const store = new Store(undefined);
  for (let index = 0; index < MAXIMUM_EVENTS + 10; index += 1) putEvent(store, `evt_${index}`);
  store.prune();
  expect(store.events.size).toBe(MAXIMUM_EVENTS);
  expect(store.events.get('evt_9')).toBeUndefined();
  expect(store.eventData.get('evt_9')).toBeUndefined();
  expect(store.events.get('evt_10')).toBeDefined();
});

test('events and saved answers are forgotten after a day, not before', () => {
  const store = new Store(undefined);
  putEvent(store, 'evt_old');
  putAnswer(store, 'old');
  const started = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: started + 23.9 * 3_600_000 });
  store.prune();
  expect(store.events.get('evt_old')).toBeDefined();
  expect(store.answers.get('old')).toBeDefined();
  putEvent(store, 'evt_new');
  putAnswer(store, 'new');
  vi.setSystemTime(started + 24.1 * 3_600_000);
  store.prune();
  expect(Array.from(store.events.values(), ({ id }) => id)).toEqual(['evt_new']);
  expect(store.answers.get('old')).toBeUndefined();
  expect(store.answers.get('new')).toBeDefined();
});
