// Where quoted text in SQL ends, searched in a piece of it. Pure; sql-scanner.ts knows what is quoted how.

/**
 * `at`: the first byte behind it, or as far as was read when it goes on. `wait`: the bytes from there on can be judged only
 * together with the ones that follow.
 */
export interface QuoteEnd {
  readonly at: number;
  readonly state: 'ended' | 'open' | 'wait';
}

/** Up to a closing sequence of bytes; one byte cannot be cut in two. */
export function findEnd(data: Buffer, from: number, closing: Buffer): QuoteEnd {
  const at = data.indexOf(closing, from);
  if (at >= 0) return { at: at + closing.length, state: 'ended' };
  if (closing.length === 1) return { at: data.length, state: 'open' };
  return { at: Math.max(from, data.length - closing.length + 1), state: 'wait' };
}

/** A string in which a backslash protects the next byte. */
export function findEscapedEnd(data: Buffer, from: number): QuoteEnd {
  for (let at = from; at < data.length; at += 1) {
    const byte = data[at];
    if (byte === 0x27) return { at: at + 1, state: 'ended' };
    if (byte !== 0x5c) continue;
    if (at + 1 >= data.length) return { at, state: 'wait' };
    at += 1;
  }
  return { at: data.length, state: 'open' };
}

/** Block comments lie in each other; answers also how deep the reading stopped. */
export function findCommentEnd(data: Buffer, from: number, depth: number): QuoteEnd & { readonly depth: number } {
  let open = depth;
  for (let at = from; at < data.length; at += 1) {
    const byte = data[at];
    if (byte !== 0x2a && byte !== 0x2f) continue;
    const next = data[at + 1];
    if (next === undefined) return { at, state: 'wait', depth: open };
    if (byte === 0x2a && next === 0x2f) open -= 1;
    else if (byte === 0x2f && next === 0x2a) open += 1;
    else continue;
    at += 1;
    if (open === 0) return { at: at + 1, state: 'ended', depth: 0 };
  }
  return { at: data.length, state: 'open', depth: open };
}

/** PostgreSQL's identifiers have 63 bytes; a dollar quote's tag is one. */
const maxTagBytes = 256;

/** The opening `$$` or `$tag$` at this dollar; null: it is none (`$1`), `wait`: it is not to be seen yet. */
export function readDollarTag(data: Buffer, at: number): Buffer | 'wait' | null {
  for (let end = at + 1; end < at + maxTagBytes; end += 1) {
    const byte = data[end];
    if (byte === undefined) return 'wait';
    if (byte === 0x24) return Buffer.from(data.subarray(at, end + 1));
    const isDigit = byte >= 0x30 && byte <= 0x39;
    if (!isNameByte(byte) || (isDigit && end === at + 1)) return null;
  }
  return null;
}

/** May stand in a name that is not quoted, after its first byte. */
export function isNameByte(byte: number): boolean {
  return (
    byte >= 0x80 ||
    byte === 0x5f ||
    byte === 0x24 ||
    (byte >= 0x30 && byte <= 0x39) ||
    ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a)
  );
}
