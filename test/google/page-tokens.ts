// Page tokens of a list: the rest of the ids as they were when the list began. Good for hours; lost with a restart.
import type { RandomBytes } from './options.ts';

const lifeMs = 6 * 3600_000;

interface Page {
  readonly ids: readonly string[];
  /** Everything that must be the same in the request for the next page. */
  readonly question: string;
  readonly createdAt: number;
}

export class PageTokens {
  readonly #pages = new Map<string, Page>();
  readonly #now: () => Date;
  readonly #random: RandomBytes;

  constructor(now: () => Date, random: RandomBytes) {
    this.#now = now;
    this.#random = random;
  }

  create(ids: readonly string[], question: string): string {
    const token = `~!!~${this.#random(24).toString('base64url')}`;
    this.#pages.set(token, { ids, question, createdAt: this.#now().getTime() });
    return token;
  }

  /** Null: refuse it; the client begins again with the first page. */
  find(token: string, question: string): readonly string[] | null {
    const page = this.#pages.get(token);
    if (page?.question !== question) return null;
    return this.#now().getTime() - page.createdAt > lifeMs ? null : page.ids;
  }

  clear(): void {
    this.#pages.clear();
  }
}
