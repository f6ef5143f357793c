/** JSON as it comes from the wire: the value, or a sentence that says what is wrong. */
export function parseJson(content: Buffer): { ok: true; value: unknown } | { ok: false; problem: string } {
  try {
    return { ok: true, value: JSON.parse(content.toString('utf8')) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    // Node quotes a piece of the body, which may be a piece of a password.
    return {
      ok: false,
      problem: `The body is not JSON: ${why.replace(/, .* is not valid JSON$/s, '').slice(0, 200)}`,
    };
  }
}
