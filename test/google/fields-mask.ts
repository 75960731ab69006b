// The `fields` parameter: `id,name`, `files(id,name)`, `files/id`, `*`. A name that Google does not have is refused, one
// that Google has and this server has not is said to be missing; nothing is left out silently.
import { invalidParameter, notImplemented } from './api-error.ts';

/**
 * What a name of an answer is: a `value` (or a free map), a field that is `never` present on what this server stores, one
 * it does not have (`missing`), or an object with its own names.
 */
export type Field = 'value' | 'never' | 'missing' | FieldTree;
export interface FieldTree {
  readonly [name: string]: Field;
}

/** Null: the whole value below this name. */
export type Mask = ReadonlyMap<string, Mask | null>;

/** Reads and checks a mask. Throws 400 `invalidParameter`, or 501. */
export function parseFields(text: string, tree: FieldTree): Mask {
  const reader = new MaskReader(text);
  const mask = reader.readList(tree);
  if (!reader.atEnd()) throw reader.wrong();
  return mask;
}

/** The parts of a value that the mask names. Lists are looked through. */
export function applyMask(value: unknown, mask: Mask | null): unknown {
  if (mask === null || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => applyMask(item, mask));
  const all = mask.get('*');
  const entries = Object.entries(value).flatMap(([name, inner]): [string, unknown][] => {
    const below = mask.has(name) ? mask.get(name) : all;
    return below === undefined ? [] : [[name, applyMask(inner, below)]];
  });
  return Object.fromEntries(entries);
}

class MaskReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    this.#skipSpace();
    return this.#at === this.#text.length;
  }

  wrong(what = this.#text): Error {
    return invalidParameter('fields', `Invalid field selection ${what}`);
  }

  readList(tree: Field): Map<string, Mask | null> {
    const mask = new Map<string, Mask | null>();
    do this.#readItem(tree, mask);
    while (this.#take(','));
    return mask;
  }

  #readItem(tree: Field, into: Map<string, Mask | null>): void {
    const name = this.#readName();
    const field = this.#resolve(tree, name);
    let below: Mask | null = null;
    if (this.#take('/')) {
      const inner = new Map<string, Mask | null>();
      this.#readItem(field, inner);
      below = inner;
    } else if (this.#take('(')) {
      below = this.readList(field);
      if (!this.#take(')')) throw this.wrong();
    }
    into.set(name, merge(into, name, below));
  }

  #readName(): string {
    this.#skipSpace();
    const name = /^(?:\*|[A-Za-z][A-Za-z0-9_.]*)/.exec(this.#text.slice(this.#at))?.[0];
    if (name === undefined) throw this.wrong();
    this.#at += name.length;
    return name;
  }

  #resolve(tree: Field, name: string): Field {
    // Below a free map (appProperties) every name is a key.
    if (tree === 'value' || tree === 'never') return tree;
    if (name === '*') return tree;
    const field = tree === 'missing' || !Object.hasOwn(tree, name) ? undefined : tree[name];
    if (field === undefined) throw this.wrong(name);
    if (field === 'missing') throw notImplemented(`the field ${name}`);
    return field;
  }

  #take(sign: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    while (this.#text[this.#at] === ' ') this.#at += 1;
  }
}

/** Naming a field twice adds up. */
function merge(mask: ReadonlyMap<string, Mask | null>, name: string, below: Mask | null): Mask | null {
  const former = mask.get(name);
  if (former === undefined) return below;
  if (former === null || below === null) return null;
  const both = new Map(former);
  for (const [inner, innerMask] of below) both.set(inner, merge(both, inner, innerMask));
  return both;
}
