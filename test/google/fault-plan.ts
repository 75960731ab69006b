// Faults are inputs: a rule names requests and says what goes wrong at which point of their handling. Holds stop a
// request at such a point until the test lets it go on, so that a client can be killed exactly there.
import type { Action, Fault, Hold, HoldPoint, Match, MatchFacts } from './faults.ts';
import type { RandomBytes } from './options.ts';

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
  readonly #random: RandomBytes;
  #rules: Rule<Action>[] = [];
  #holds: Rule<HeldHere>[] = [];
  #releases = new Map<string, () => void>();
  #reached = new Map<string, boolean>();
  #count = 0;

  constructor(random: RandomBytes) {
    this.#random = random;
  }

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
    const plan = { actions: this.#choose(this.#rules, facts), holds: this.#choose(this.#holds, facts) };
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

  #choose<T>(rules: readonly Rule<T>[], facts: MatchFacts): T[] {
    const chosen: T[] = [];
    for (const rule of rules) {
      if (!matches(rule.match, facts)) continue;
      rule.seen += 1;
      if (rule.seen < (rule.match.nth ?? 1) || !this.#isDrawn(rule.match.chance)) continue;
      rule.hits += 1;
      chosen.push(rule.what);
    }
    return chosen;
  }

  #isDrawn(chance: number | undefined): boolean {
    return chance === undefined || this.#random(4).readUInt32BE() < chance * 2 ** 32;
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

function isAlive<T>(rule: Rule<T>): boolean {
  return rule.match.times === null || rule.hits < (rule.match.times ?? 1);
}

function matches(match: Match, facts: MatchFacts): boolean {
  if (match.kind !== undefined && ![match.kind].flat().includes(facts.kind)) return false;
  if (match.method !== undefined && match.method !== facts.method) return false;
  if (match.path !== undefined && !new RegExp(match.path).test(facts.path)) return false;
  for (const [name, pattern] of Object.entries(match.query ?? {})) {
    const value = facts.query.get(name);
    if (value === null || !new RegExp(pattern).test(value)) return false;
  }
  if (match.offsetFrom !== undefined && (facts.offset === null || facts.offset < match.offsetFrom)) return false;
  return match.final === undefined || match.final === facts.final;
}

/** A rule that can never match would make a test pass for nothing. */
function checkMatch(match: Match): Match {
  for (const pattern of [match.path ?? '', ...Object.values(match.query ?? {})]) new RegExp(pattern);
  const { chance = 1 } = match;
  if (!(chance > 0 && chance <= 1)) throw new RangeError('chance is above 0 and at most 1');
  if ((match.nth ?? 1) < 1 || (match.times ?? 1) < 1) throw new RangeError('nth and times begin at 1');
  return match;
}
