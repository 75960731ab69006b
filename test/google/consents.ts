// Authorisation requests on their way: the page that waits for a click, then the code that waits to be exchanged. Kept
// in memory only; both live for minutes.
import type { PickRequest } from './picker.ts';
import type { RandomBytes } from './options.ts';

/** An authorisation code is good for ten minutes and for one exchange. */
const codeLifeMs = 10 * 60_000;

/** A checked authorisation request. */
export interface ConsentRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | null;
  readonly codeChallenge: string;
  readonly loginHint: string | null;
  /** What the Picker offers; null: no Picker. */
  readonly pick: PickRequest | null;
}

export interface CodeGrant {
  readonly request: ConsentRequest;
  readonly email: string;
  readonly scopes: readonly string[];
}

export class Consents {
  readonly #requests = new Map<string, ConsentRequest>();
  readonly #codes = new Map<string, CodeGrant & { readonly createdAt: number }>();
  readonly #now: () => Date;
  readonly #random: RandomBytes;

  constructor(now: () => Date, random: RandomBytes) {
    this.#now = now;
    this.#random = random;
  }

  /** Remembers a request while its page is shown; answers the page's id. */
  ask(request: ConsentRequest): string {
    const id = this.#random(16).toString('hex');
    this.#requests.set(id, request);
    return id;
  }

  /** The request of a page, once. */
  takeRequest(id: string): ConsentRequest | null {
    const request = this.#requests.get(id) ?? null;
    this.#requests.delete(id);
    return request;
  }

  createCode(grant: CodeGrant): string {
    const code = `4/0A${this.#random(36).toString('base64url')}`;
    this.#codes.set(code, { ...grant, createdAt: this.#now().getTime() });
    return code;
  }

  /** The grant of a code, once; null when it is unknown, used or over its time. */
  takeCode(code: string): CodeGrant | null {
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    return grant && this.#now().getTime() - grant.createdAt <= codeLifeMs ? grant : null;
  }

  clear(): void {
    this.#requests.clear();
    this.#codes.clear();
  }
}
