// Reads the Content-Range header of a resumable upload and the Range header of a download.

export type UploadRange =
  /** A status query, or the end of an upload whose last byte is already there. Null: total not known. */
  | { readonly kind: 'query'; readonly total: number | null }
  | { readonly kind: 'bytes'; readonly first: number; readonly last: number; readonly total: number | null };

/** Null when the header does not parse, as Google's front end sees it. */
export function parseContentRange(text: string): UploadRange | null {
  const match = /^bytes (?:(\*)|(\d+)-(\d+))\/(\*|\d+)$/.exec(text.trim());
  if (!match) return null;
  const [, star, firstText, lastText, totalText] = match;
  const total = totalText === '*' ? null : Number(totalText);
  if (star !== undefined) return { kind: 'query', total };
  const first = Number(firstText);
  const last = Number(lastText);
  if (last < first || (total !== null && last >= total)) return null;
  return { kind: 'bytes', first, last, total };
}

/** `bytes=a-b`, `bytes=a-` or `bytes=-n` of a file of `size` bytes. `ignored`: no or several ranges, answer the whole. */
export function parseRange(
  text: string | undefined,
  size: number,
): 'ignored' | 'unsatisfiable' | { readonly first: number; readonly last: number } {
  const match = /^bytes=(\d*)-(\d*)$/.exec(text?.trim() ?? '');
  const [, firstText = '', lastText = ''] = match ?? [];
  if (!match || (firstText === '' && lastText === '')) return 'ignored';
  if (firstText === '') {
    const count = Number(lastText);
    return count === 0 || size === 0 ? 'unsatisfiable' : { first: Math.max(0, size - count), last: size - 1 };
  }
  const first = Number(firstText);
  const last = lastText === '' ? size - 1 : Math.min(Number(lastText), size - 1);
  if (lastText !== '' && Number(lastText) < first) return 'ignored';
  return first >= size ? 'unsatisfiable' : { first, last };
}
