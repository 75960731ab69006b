// Values that rest in the file as JSON text. What they are is for a schema to say.

/** Null for NULL. Throws SyntaxError on text that is no JSON: the file was changed by another hand. */
export function readJson(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : null;
}
