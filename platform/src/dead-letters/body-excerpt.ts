import { type DeadLetter, longestShownBody } from '@micromall/contracts';

const binaryExcerptBytes = 64;
/** A character has at most so many bytes in UTF-8. */
const longestCharacter = 4;

/** The beginning of a body for a page: text where it is text, else hexadecimal. */
export function bodyExcerpt(content: Buffer): DeadLetter['body'] {
  const bytes = content.length;
  const text = textOf(content.subarray(0, longestShownBody * longestCharacter));
  if (text === undefined)
    return { form: 'binary', text: content.subarray(0, binaryExcerptBytes).toString('hex'), bytes };
  // Half of a surrogate pair at the cut would not be a character.
  const shown = text.slice(0, longestShownBody).replace(/[\ud800-\udbff]$/, '');
  return { form: Buffer.byteLength(shown) < bytes ? 'cut' : 'whole', text: shown, bytes };
}

/** The bytes as text, or undefined if they are none. The last character may be incomplete. */
function textOf(bytes: Buffer): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
