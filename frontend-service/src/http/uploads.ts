import type { Request, RequestHandler, Response } from 'express';

/**
 * The most bytes of a picture: in base64, with the fields around it, it must fit into one message of RabbitMQ
 * (1 MB) and into the 900,000 characters of the contract.
 */
const mostBytes = 600_000;
export const largestPicture = '600 kB';

declare global {
  namespace Express {
    interface Locals {
      /** What is wrong with the picture that was sent, for the person who chose it. */
      pictureProblem?: string;
    }
  }
}

type Reader = (request: Request, response: Response) => Promise<void>;

/** Reads a form with at most one file, in its field `image`, into memory. */
export function readUpload(): RequestHandler {
  let reader: Promise<Reader> | undefined;
  return async (request, response, next) => {
    if (!request.is('multipart/form-data')) return next();
    // Loaded by the first upload: a shop that sells doesn't need it.
    reader ??= loadReader();
    await (await reader)(request, response);
    return next();
  };
}

/** What multer calls a second file, by whether it comes in the same field. */
const severalFiles: ReadonlySet<string> = new Set(['LIMIT_FILE_COUNT', 'LIMIT_UNEXPECTED_FILE']);

async function loadReader(): Promise<Reader> {
  const { default: multer } = await import('multer');
  const read = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: mostBytes, files: 1, fields: 20, fieldSize: 20_000, parts: 21 },
  }).single('image');
  return (request, response) =>
    new Promise((resolve, reject) => {
      read(request, response, (error: unknown) => {
        if (error === undefined || error === null) return resolve();
        if (error instanceof multer.MulterError && error.code === 'LIMIT_FILE_SIZE') {
          response.locals.pictureProblem = `is larger than ${largestPicture}: choose or make a smaller one`;
          return resolve();
        }
        if (error instanceof multer.MulterError && severalFiles.has(error.code)) {
          response.locals.pictureProblem = 'takes one file: choose one';
          return resolve();
        }
        const tooMuch = error instanceof multer.MulterError;
        return reject(Object.assign(new Error(String(error)), { status: tooMuch ? 413 : 400 }));
      });
    });
}
