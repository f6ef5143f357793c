// A service as the launcher sees it: answers /readyz, ends on SIGTERM, and writes down when it did.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { NAME = '', JOURNAL = '', OPERATIONS_PORT, PORT, BEHAVIOUR } = process.env;

if (BEHAVIOUR === 'fails') {
  console.error('cannot read the price list');
  process.exit(3);
}
if (BEHAVIOUR === 'stubborn') process.on('SIGTERM', () => undefined);
else {
  process.on('SIGTERM', () => {
    appendFileSync(JOURNAL, `${NAME}\n`);
    process.exit(0);
  });
}

const server = createServer((request, response) => {
  if (request.url === '/environment') return response.end(JSON.stringify(process.env));
  response.statusCode = BEHAVIOUR === 'never ready' ? 503 : 200;
  return response.end();
});
for (const port of [OPERATIONS_PORT, PORT]) {
  if (port) createServer(server.listeners('request')[0]).listen(Number(port), '127.0.0.1');
}
console.log(JSON.stringify({ level: 'info', msg: 'listening' }));
