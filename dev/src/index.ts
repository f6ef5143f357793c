export { type Broker, type BrokerOptions, createBroker, startBroker } from './broker/broker.js';
export { type Management, managementApi } from './broker/management.js';
export type { BrokerPorts } from './broker/node-files.js';
export { withPasswords } from './broker/passwords.js';
export {
  createEmbeddedMongo,
  type DatabaseOptions,
  startEmbeddedMongo,
} from './launcher/database.js';
export { freePort, freePorts, isPortFree } from './processes/ports.js';
export { until } from './processes/waiting.js';
export { repositoryRoot } from './root.js';
export { createVhost, type FetchedMessage, testPassword, type Vhost } from './test-bed/vhost.js';
