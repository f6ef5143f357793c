export * from './logging.js';
export * from './trace.js';
export * from './variables.js';
