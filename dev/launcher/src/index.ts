export { type Broker, type BrokerOptions, createBroker, startBroker } from './broker/broker.js';
export { type Management, managementApi } from './broker/management.js';
export type { BrokerPorts } from './broker/node-files.js';
export { withPasswords } from './broker/passwords.js';
export {
  createEmbeddedMongo,
  type DatabaseOptions,
  startEmbeddedMongo,
} from './database.js';
export { findStories, type Story } from './logs/find-story.js';
export { tellStory } from './logs/tell-story.js';
export { silentOutput, terminalOutput } from './output.js';
export { freePort, freePorts, isPortFree } from './processes/ports.js';
export { until } from './processes/waiting.js';
export { repositoryRoot } from './root.js';
export { seedShop } from './seed.js';
export { startShop } from './shop.js';
export type { Shop, ShopOptions, ShopProcess } from './shop-types.js';
export { variables as launcherVariables } from './variables.js';
