import { Socket } from 'node:net';
import type { ChannelModel } from 'amqplib';

/**
 * amqplib writes each frame to the socket by itself: one system call a request, one a reply, one an
 * acknowledgement. Holding the socket until the end of the tick lets the frames of one tick leave together, which
 * is worth about a third of the calls per second under load and costs no latency.
 */
export function coalesceWrites(model: ChannelModel): void {
  const socket = socketOf(model);
  if (!socket) return;
  let held = false;
  socket.write = new Proxy(socket.write, {
    apply(write, _this, written) {
      if (!held) {
        held = true;
        socket.cork();
        process.nextTick(() => {
          held = false;
          socket.uncork();
        });
      }
      return Reflect.apply(write, socket, written);
    },
  });
}

/** amqplib keeps the socket as `connection.stream` but does not say so in its types. */
function socketOf(model: ChannelModel): Socket | undefined {
  const connection: object = model.connection;
  if ('stream' in connection && connection.stream instanceof Socket) return connection.stream;
  return undefined;
}
