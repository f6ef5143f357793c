import type { Socket } from 'node:net';
import { BSONError } from 'bson';
import type { Engine } from './commands/command.js';
import { dispatch } from './commands/dispatch.js';
import { asCommandError, CommandError } from './errors.js';
import type { DocumentStore } from './storage/document-store.js';
import { FrameReader, ProtocolError } from './wire/frame.js';
import { encodeReply, type ReplyBody } from './wire/reply.js';
import { parseRequest, type Request } from './wire/request.js';

/** While an answer waits for the disk, no more than this is taken in from its client, in bytes. */
const MOST_WAITING = 1024 * 1024;

/**
 * Serves one client: messages are answered one by one, in the order they came. Whatever is malformed closes
 * this connection alone, with one log line.
 */
export function serveConnection(
  socket: Socket,
  engine: Engine,
  store: DocumentStore,
  log: (line: string) => void,
): void {
  const frames = new FrameReader();
  let busy = false;
  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    frames.push(chunk);
    if (busy && frames.buffered > MOST_WAITING) socket.pause();
    if (!busy) answerAll();
  });
  // A client that went away mid-answer is no event worth a line.
  socket.on('error', () => socket.destroy());

  function answerAll(): void {
    try {
      for (let frame = frames.next(); frame && !socket.destroyed; frame = frames.next()) {
        const request = parseRequest(frame);
        const { reply, done } = answer(request);
        if (done) return void answerWhenDone(request, reply, done);
        send(request, reply);
      }
    } catch (error) {
      log(
        `closing the connection of ${socket.remoteAddress}:${socket.remotePort}: it sent ${describeMalformed(error)}`,
      );
      socket.destroy();
    }
  }

  function answer(request: Request): { reply: ReplyBody; done: Promise<void> | undefined } {
    try {
      const { reply, wait } = dispatch(engine, request);
      if (wait === 'nothing') return { reply, done: undefined };
      // Also a write that changed nothing waits: it may have seen what another client's unflushed one did.
      return { reply, done: wait === 'disk' ? store.durable() : store.committed() };
    } catch (error) {
      return { reply: refusal(error), done: store.committed() };
    }
  }

  async function answerWhenDone(request: Request, reply: ReplyBody, done: Promise<void>): Promise<void> {
    busy = true;
    try {
      await done;
      send(request, reply);
    } catch (error) {
      send(request, refusal(error));
    }
    busy = false;
    socket.resume();
    answerAll();
  }

  function refusal(error: unknown): ReplyBody {
    if (!(error instanceof CommandError)) log(`a command failed unexpectedly: ${describe(error)}`);
    const { message, code, codeName, details } = asCommandError(error);
    return { ok: 0, errmsg: message, code, codeName, ...details };
  }

  function send(request: Request, reply: ReplyBody): void {
    if (request.wantsNoReply || socket.destroyed) return;
    socket.cork();
    for (const part of encodeReply(request, reply)) socket.write(part);
    socket.uncork();
  }
}

function describeMalformed(error: unknown): string {
  if (error instanceof ProtocolError) return error.message;
  return error instanceof BSONError ? `malformed BSON (${error.message})` : describe(error);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
