// Run once by the MongoDB image, when its volume is empty: one database and one user for each service, who may read
// and write that database and knows of no other. Later changes of a password are made by hand; see docs/containers.md.

// In the shell of MongoDB `process.env` is the container's environment and `db` the connection of the administrator.
function passwordFrom(variable) {
  const password = process.env[variable];
  if (!password) throw new Error(`${variable} is not set.`);
  return password;
}

const services = [
  'auth-service',
  'cart-service',
  'frontend-service',
  'order-service',
  'payment-service',
  'product-service',
];

for (const service of services) {
  const variable = `${service.replace('-', '_').toUpperCase()}_PASSWORD`;
  db.getSiblingDB(service).createUser({
    user: service,
    pwd: passwordFrom(variable),
    roles: [{ role: 'readWrite', db: service }],
  });
}

// What Prometheus is told: the state of the server, nothing of what is in it.
db.getSiblingDB('admin').createUser({
  user: 'mongodb-exporter',
  pwd: passwordFrom('MONGODB_EXPORTER_PASSWORD'),
  roles: [
    { role: 'clusterMonitor', db: 'admin' },
    { role: 'read', db: 'local' },
  ],
});
