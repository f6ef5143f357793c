import type { Connection } from 'mongoose';
import { Gauge, type Registry } from 'prom-client';

/** `connected`, among the states of https://mongoosejs.com/docs/api/connection.html#Connection.prototype.readyState */
const connectedState = 1;

/** Shows whether the driver has a connection to the service's database, without asking the database itself. */
export function showDatabaseConnection(connection: Connection, registry: Registry): void {
  new Gauge({
    name: 'database_connected',
    help: '1 while the connection to the database stands',
    registers: [registry],
    collect() {
      this.set(connection.readyState === connectedState ? 1 : 0);
    },
  });
}
