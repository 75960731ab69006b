// Sends the requests of the live check and keeps a sanitised copy of each with its answer, in order.
import { Sanitiser } from './sanitiser.ts';

export interface LiveRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly bytes?: Buffer;
  readonly form?: Readonly<Record<string, string>>;
}

export interface LiveAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Empty when the body is no JSON object. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** Headers that say something about Google; all others are about the day and the network. */
const toldHeaders = [
  ...['content-type', 'content-range', 'range', 'retry-after', 'location', 'www-authenticate'],
  'x-http-status-code-override',
];

export class Recorder {
  readonly sanitiser = new Sanitiser();
  readonly #log: unknown[] = [];

  async send(request: LiveRequest): Promise<LiveAnswer> {
    const { method, url, json, bytes, form } = request;
    const type = json ? { 'Content-Type': 'application/json; charset=UTF-8' } : {};
    const response = await fetch(url, {
      ...{ method, redirect: 'manual', headers: { ...type, ...request.headers } },
      ...(json ? { body: JSON.stringify(json) } : {}),
      ...(bytes ? { body: new Uint8Array(bytes) } : {}),
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, text, json: parseObject(text) };
    this.#keep(request, answer);
    return answer;
  }

  get length(): number {
    return this.#log.length;
  }

  /** Throws when a secret is still in it. */
  toText(): string {
    const text = this.sanitiser.clean(`${JSON.stringify(this.#log, null, 1)}\n`);
    const leaks = this.sanitiser.leaks(text);
    if (leaks.length > 0) throw new Error(`the recording is not clean and was not written: ${leaks.join(', ')}`);
    return text;
  }

  #keep(request: LiveRequest, answer: LiveAnswer): void {
    const { pathname, searchParams } = new URL(request.url);
    this.sanitiser.hide(searchParams.get('upload_id') ?? undefined, 'session');
    const location = answer.headers.get('location') ?? '';
    this.sanitiser.hide(/[?&]upload_id=([^&]+)/.exec(location)?.[1], 'session');
    const fileId = /^\/(?:upload\/)?drive\/v3\/files\/([\w-]{15,})/.exec(pathname)?.[1];
    this.sanitiser.hide(fileId, 'file');
    this.sanitiser.learn(request.json);
    this.sanitiser.learn(answer.json);
    this.#log.push({
      request: {
        ...{ method: request.method, path: pathname, query: Object.fromEntries(searchParams) },
        range: request.headers?.['Content-Range'],
        authorized: request.headers?.['Authorization'] !== undefined,
        body: request.json ?? (request.bytes ? `${String(request.bytes.length)} bytes` : undefined),
        form: request.form ? Object.keys(request.form).sort() : undefined,
      },
      answer: {
        status: answer.status,
        headers: Object.fromEntries([...answer.headers].filter(([name]) => toldHeaders.includes(name))),
        body: Object.keys(answer.json).length > 0 ? answer.json : answer.text.slice(0, 2000),
      },
    });
  }
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
