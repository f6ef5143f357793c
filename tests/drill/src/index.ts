export type { Books, Payment } from './ledger/books.js';
export { compareBooks, type Discrepancy } from './ledger/compare.js';
export { type Bookkeeping, readMoneyAndStock, readPayments } from './ledger/read-books.js';
