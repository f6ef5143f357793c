import { type Server, STATUS_CODES } from 'node:http';
import { newTraceId, runInTrace } from '@micromall/platform';
import type { FrontendEvents } from '../events.js';

const statuses: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** Gives a trace id and a log line also to what never becomes a request: bytes that are not HTTP, or come too slowly. */
export function answerUnreadable(server: Server, events: FrontendEvents): void {
  server.on('clientError', (error: Error & { code?: string }, socket) => {
    // The other side has gone, or an answer is under way already and can't be taken back.
    if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
    const status = statuses[error.code ?? ''] ?? 400;
    const traceId = newTraceId();
    runInTrace({ traceId }, () => events.requestUnreadable(status, error.code ?? error.message));
    const body = `This could not be understood. If you ask us about it, tell us this number: ${traceId}\n`;
    socket.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'Content-Type: text/plain; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        `X-Request-Id: ${traceId}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  });
}
