import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import express from 'express';
import type { Recording } from './template.js';

/** The least that a rendered page can be: Express, EJS, everything in memory. `bare-server.js <recording.json>` */
const file = process.argv[2] ?? '';
// Written by the bench itself a moment ago.
const recording: Recording = JSON.parse(readFileSync(file, 'utf8'));
const app = express();
app.set('views', dirname(file));
app.set('view engine', 'ejs');
app.set('view cache', true);
app.get('/', (_request, response) => response.render(join(dirname(file), 'page.ejs'), recording.locals));
const server = app.listen(0, '127.0.0.1', () => {
  const address: AddressInfo | string | null = server.address();
  process.stdout.write(`${typeof address === 'object' && address ? address.port : ''}\n`);
});
