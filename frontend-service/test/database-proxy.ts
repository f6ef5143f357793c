import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';

/** Stands before the database: a test can `cut` the connections, or `freeze` them (all is taken, nothing answered). */
export class DatabaseProxy {
  readonly #sockets = new Set<Socket>();
  #state: 'open' | 'cut' | 'frozen' = 'open';

  private constructor(
    readonly server: Server,
    readonly url: string,
  ) {}

  static async open(databaseUrl: string): Promise<DatabaseProxy> {
    const { hostname, port } = new URL(databaseUrl);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    const proxy = new DatabaseProxy(server, `mongodb://127.0.0.1:${address.port}`);
    server.on('connection', (near) => proxy.#join(near, openSocket(Number(port), hostname)));
    return proxy;
  }

  cut(): void {
    this.#state = 'cut';
    for (const socket of this.#sockets) socket.destroy();
  }

  freeze(): void {
    this.#state = 'frozen';
  }

  restore(): void {
    const was = this.#state;
    this.#state = 'open';
    // What a frozen connection has swallowed is lost with it.
    if (was === 'frozen') for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  #join(near: Socket, far: Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (bytes) => {
        if (this.#state === 'open') to.write(bytes);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
    if (this.#state === 'cut') near.destroy();
  }
}
