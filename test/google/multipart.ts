// Reads a multipart/related body as it arrives: the JSON of the first part, then the bytes of the second, of any size
// and content, without holding them.
import { apiError } from './api-error.ts';

export type MultipartEvent =
  | { readonly kind: 'metadata'; readonly text: string }
  | { readonly kind: 'media'; readonly contentType: string }
  | { readonly kind: 'data'; readonly data: Buffer };

const maxHeadBytes = 1024 * 1024;

type State = 'start' | 'line-end' | 'json-head' | 'json' | 'media-head' | 'media' | 'done';

export class MultipartReader {
  readonly #boundary: string;
  /** What this body ends its lines with: CRLF by the rule, LF alone from Google's Python client, which Google takes. */
  #lineEnd = '\r\n';
  #rest: Buffer = Buffer.alloc(0);
  #state: State = 'start';
  #base64 = false;

  constructor(boundary: string) {
    this.#boundary = boundary;
    // The first delimiter may stand at the very beginning, without the line end before it.
    this.#rest = Buffer.from('\n');
  }

  get #delimiter(): Buffer {
    return Buffer.from(`${this.#lineEnd}--${this.#boundary}`);
  }

  /** True when the closing delimiter was seen. */
  get done(): boolean {
    return this.#state === 'done';
  }

  push(piece: Buffer): MultipartEvent[] {
    const events: MultipartEvent[] = [];
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    while (this.#step(events));
    if (this.#state !== 'media' && this.#state !== 'done' && this.#rest.length > maxHeadBytes) throw malformed();
    return events;
  }

  /** Takes one step; false when it needs more bytes. */
  #step(events: MultipartEvent[]): boolean {
    switch (this.#state) {
      case 'start':
        return this.#takeUntil(Buffer.from(`\n--${this.#boundary}`), (): void => {
          this.#state = 'line-end';
        });
      case 'line-end':
        return this.#findLineEnd();
      case 'json-head':
        return this.#takeHead((): void => {
          this.#state = 'json';
        });
      case 'json':
        return this.#takeUntil(this.#delimiter, (text): void => {
          events.push({ kind: 'metadata', text: text.toString('utf8') });
          this.#state = 'media-head';
        });
      case 'media-head':
        return this.#takeHead((headers): void => {
          if (/content-transfer-encoding:\s*base64/i.test(headers)) this.#base64 = true;
          const contentType = /content-type:\s*([^\r\n]+)/i.exec(headers)?.[1];
          events.push({ kind: 'media', contentType: contentType?.trim() ?? 'application/octet-stream' });
          this.#state = 'media';
        });
      case 'media':
        return this.#takeMedia(events);
      case 'done':
        this.#rest = Buffer.alloc(0);
        return false;
    }
  }

  #findLineEnd(): boolean {
    const at = this.#rest.indexOf('\n');
    if (at < 0) return false;
    this.#lineEnd = this.#rest[at - 1] === 0x0d ? '\r\n' : '\n';
    this.#state = 'json-head';
    return true;
  }

  #takeUntil(mark: Buffer, use: (before: Buffer) => void): boolean {
    const at = this.#rest.indexOf(mark);
    if (at < 0) return false;
    use(this.#rest.subarray(0, at));
    this.#rest = this.#rest.subarray(at + mark.length);
    return true;
  }

  /** The rest of the delimiter's line and the headers, up to the empty line. */
  #takeHead(use: (headers: string) => void): boolean {
    return this.#takeUntil(Buffer.from(this.#lineEnd.repeat(2)), (head) => {
      const text = head.toString('latin1');
      if (text.startsWith('--') || !/^[ \t]*(\r?\n|$)/.test(text)) throw malformed();
      use(text);
    });
  }

  #takeMedia(events: MultipartEvent[]): boolean {
    if (this.#base64) throw apiError(501, 'notImplemented', 'The local Google does not have base64 parts.');
    const at = this.#rest.indexOf(this.#delimiter);
    // The delimiter may be cut by the end of what is here.
    const end = at < 0 ? Math.max(0, this.#rest.length - this.#delimiter.length) : at;
    if (end > 0) events.push({ kind: 'data', data: this.#rest.subarray(0, end) });
    this.#rest = this.#rest.subarray(end);
    if (at < 0) return false;
    const closing = this.#rest.subarray(this.#delimiter.length, this.#delimiter.length + 2);
    if (closing.length < 2) return false;
    if (closing.toString('latin1') !== '--') throw malformed();
    this.#state = 'done';
    return true;
  }
}

function malformed(): Error {
  return apiError(400, 'badContent', 'Malformed multipart body.');
}
