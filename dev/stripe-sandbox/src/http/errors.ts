import type { ErrorRequestHandler } from 'express';
import type { Sandbox } from '../context.js';

const SENTENCES: Record<number, string> = {
  400: 'The request could not be read.',
  413: 'The request is too large.',
};

/** The last resort of everything outside the API: a status and a sentence, never a stack. */
export function answerErrors(sandbox: Sandbox): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const given: unknown =
      typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : undefined;
    const status = typeof given === 'number' && given >= 400 && given < 500 ? given : 500;
    if (status === 500) sandbox.log.error({ err: error }, 'a request broke');
    const sentence =
      SENTENCES[status] ??
      (status === 500 ? 'The stand-in has a defect; its log has the details.' : 'The request is not right.');
    response.status(status).json({ error: sentence });
  };
}
