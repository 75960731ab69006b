// Faults are inputs: a rule names requests and says what goes wrong at which point of their handling. Holds stop a
// request at such a point until the test lets it go on, so that a client can be killed exactly there.
import type { RequestKind } from './request-kind.ts';

/**
 * Points of a request's life. `arrived`: its head is known, nothing of its body was taken. `body`: `afterBytes` of its
 * body were taken. `done`: its effect is stored, the answer not sent. `sending`: `afterBytes` of the answer were sent.
 */
export type Point = 'arrived' | 'body' | 'done' | 'sending';

export interface Match {
  /** One kind, or any of several; absent: every request. */
  readonly kind?: RequestKind | readonly RequestKind[];
  readonly method?: string;
  /** A regular expression for the path. */
  readonly path?: string;
  /** Requests from this offset on (chunks, downloads). */
  readonly offsetFrom?: number;
  /** Only requests that carry the last byte of an upload, or only others. */
  readonly final?: boolean;
  /** The first of the matching requests that is meant, from now on; default 1. */
  readonly nth?: number;
  /** How many matching requests in a row are meant; default 1. Null: all that follow. */
  readonly times?: number | null;
}

export type Action =
  /** Answers this instead. `reason` makes Drive's error body; `body` is sent as it is (an object as JSON). */
  | {
      readonly do: 'respond';
      readonly at?: 'arrived' | 'done';
      readonly status: number;
      readonly reason?: string;
      readonly message?: string;
      readonly body?: unknown;
      readonly contentType?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Cuts the connection (TCP reset). `afterBytes` for `body` and `sending`; default: half of what is announced. */
  | { readonly do: 'reset'; readonly at: Point; readonly afterBytes?: number }
  /** Never answers. */
  | { readonly do: 'hang'; readonly at: Point; readonly afterBytes?: number }
  | { readonly do: 'delay'; readonly at: Point; readonly ms: number; readonly afterBytes?: number }
  /** Keeps only the first bytes of a chunk and says so in the answer's Range (or leaves the Range out). */
  | { readonly do: 'accept-only'; readonly bytes: number; readonly omitRange?: boolean }
  /** Answers a Range that ends after this many bytes, whatever is kept. */
  | { readonly do: 'claim-range'; readonly bytes: number }
  /**
   * Flips one stored byte when the upload ends. `before-hash`: Drive's hashes are those of the damaged bytes;
   * `after-hash`: the hashes are right and the content is not.
   */
  | { readonly do: 'corrupt'; readonly when: 'before-hash' | 'after-hash'; readonly atByte?: number }
  /** Sets keys of the JSON answer's objects that have them, at any depth; null takes them out. */
  | { readonly do: 'change-body'; readonly set: Readonly<Record<string, unknown>> }
  /** Sets headers of the answer; null takes them out. */
  | { readonly do: 'change-headers'; readonly set: Readonly<Record<string, string | null>> }
  /** Forgets the upload session of the request, which then gets the answer for a lost session. */
  | { readonly do: 'forget-session'; readonly status?: 404 | 410; readonly at?: 'arrived' | 'done' }
  /** Takes all access tokens back before the request is checked. */
  | { readonly do: 'expire-tokens' }
  /** Answers a download with the whole file, as if it carried no Range. */
  | { readonly do: 'ignore-range' };

export interface MatchFacts {
  readonly kind: RequestKind;
  readonly method: string;
  readonly path: string;
  readonly offset: number | null;
  readonly final: boolean;
}

/** A rule that was set. */
export interface Fault {
  readonly id: string;
  /** Requests that it changed so far. */
  readonly hits: () => number;
  readonly remove: () => void;
}

/** A request that is, or will be, stopped at a point. */
export interface Hold {
  readonly id: string;
  /** Resolves when a request has come to the point. */
  readonly reached: Promise<void>;
  /** Lets the request go on. Called before it came: it will not be stopped. */
  readonly release: () => void;
}

export interface HoldPoint {
  readonly at: Point;
  /** For `body` and `sending`; default: half of what is announced. */
  readonly afterBytes?: number;
}

interface Rule<T> {
  readonly id: string;
  readonly match: Match;
  readonly what: T;
  seen: number;
  hits: number;
}

export interface HeldHere extends HoldPoint {
  /** Tells the test that the request is here; resolves when it may go on. */
  readonly wait: () => Promise<void>;
}

/** What is to happen to one request. */
export interface Plan {
  readonly actions: readonly Action[];
  readonly holds: readonly HeldHere[];
}

export class Faults {
  #rules: Rule<Action>[] = [];
  #holds: Rule<HeldHere>[] = [];
  #releases = new Map<string, () => void>();
  #reached = new Map<string, boolean>();
  #count = 0;

  add(match: Match, action: Action): Fault {
    const rule: Rule<Action> = { id: this.#nextId('f'), match: checkMatch(match), what: action, seen: 0, hits: 0 };
    this.#rules.push(rule);
    return {
      id: rule.id,
      hits: () => rule.hits,
      remove: () => {
        this.remove(rule.id);
      },
    };
  }

  remove(id: string): void {
    this.#rules = this.#rules.filter((rule) => rule.id !== id);
  }

  hold(match: Match, point: HoldPoint): Hold {
    const id = this.#nextId('h');
    const arrival = createGate();
    const exit = createGate();
    const wait = async (): Promise<void> => {
      this.#reached.set(id, true);
      arrival.open();
      await exit.opened;
    };
    this.#reached.set(id, false);
    this.#releases.set(id, exit.open);
    this.#holds.push({ id, match: checkMatch(match), what: { ...point, wait }, seen: 0, hits: 0 });
    return { id, reached: arrival.opened, release: exit.open };
  }

  /** Null: no such hold. */
  isReached(id: string): boolean | null {
    return this.#reached.get(id) ?? null;
  }

  release(id: string): void {
    this.#releases.get(id)?.();
  }

  /** Counts the request for every rule it matches and answers what is to happen to it. */
  plan(facts: MatchFacts): Plan {
    const plan = { actions: choose(this.#rules, facts), holds: choose(this.#holds, facts) };
    this.#rules = this.#rules.filter(isAlive);
    this.#holds = this.#holds.filter(isAlive);
    return plan;
  }

  list(): { id: string; match: Match; action: Action; hits: number }[] {
    return this.#rules.map(({ id, match, what, hits }) => ({ id, match, action: what, hits }));
  }

  /** Forgets all rules and lets everything go on that is held. */
  clear(): void {
    this.#rules = [];
    this.#holds = [];
    for (const release of this.#releases.values()) release();
    this.#releases.clear();
    this.#reached.clear();
  }

  #nextId(prefix: string): string {
    this.#count += 1;
    return prefix + String(this.#count);
  }
}

function createGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

function choose<T>(rules: readonly Rule<T>[], facts: MatchFacts): T[] {
  const chosen: T[] = [];
  for (const rule of rules) {
    if (!matches(rule.match, facts)) continue;
    rule.seen += 1;
    if (rule.seen < (rule.match.nth ?? 1)) continue;
    rule.hits += 1;
    chosen.push(rule.what);
  }
  return chosen;
}

function isAlive<T>(rule: Rule<T>): boolean {
  return rule.match.times === null || rule.hits < (rule.match.times ?? 1);
}

function matches(match: Match, facts: MatchFacts): boolean {
  if (match.kind !== undefined && ![match.kind].flat().includes(facts.kind)) return false;
  if (match.method !== undefined && match.method !== facts.method) return false;
  if (match.path !== undefined && !new RegExp(match.path).test(facts.path)) return false;
  if (match.offsetFrom !== undefined && (facts.offset === null || facts.offset < match.offsetFrom)) return false;
  return match.final === undefined || match.final === facts.final;
}

/** A rule that can never match would make a test pass for nothing. */
function checkMatch(match: Match): Match {
  if (match.path !== undefined) new RegExp(match.path);
  if ((match.nth ?? 1) < 1 || (match.times ?? 1) < 1) throw new RangeError('nth and times begin at 1');
  return match;
}
