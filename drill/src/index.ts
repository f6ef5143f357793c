export { type DrillResult, isGood, purchasesOf, runDrill } from './drill.js';
export type { Books, OrderEntry, ParkedMessage, Payment, ProductEntry, ToldEvent } from './ledger/books.js';
export { compareBooks, type Discrepancy } from './ledger/compare.js';
export { type Bookkeeping, readMoneyAndStock, readPayments } from './ledger/read-books.js';
export type { DrillOptions } from './options.js';
export { silentProgress } from './progress.js';
export { plainReport } from './report/report.js';
export { type DrillShop, openShop } from './shop.js';
