// JSON from outside, which may be anything.

/** Null for what is no JSON. A byte order mark at the beginning is allowed. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
}
