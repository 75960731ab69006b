// The search language of files.list: a tokenizer and a recursive descent. `and` and `or` have one rank and are read from
// left to right, as Google says; `not` binds the term or the parentheses after it.

export type Query =
  | { readonly kind: 'and' | 'or'; readonly left: Query; readonly right: Query }
  | { readonly kind: 'not'; readonly inner: Query }
  /** `term op value`, and `value in term`. */
  | { readonly kind: 'compare'; readonly term: string; readonly op: string; readonly value: string | boolean }
  /** `properties has { key='k' and value='v' }`; without `value` the key alone counts. */
  | { readonly kind: 'has'; readonly term: string; readonly key: string; readonly value: string | null };

/** What is wrong with a query, and where: the offset in the text. */
export class QueryError extends Error {
  readonly offset: number;

  constructor(what: string, offset: number) {
    super(`${what} at ${String(offset)}`);
    this.name = 'QueryError';
    this.offset = offset;
  }
}

const text = ['contains', '=', '!='];
const time = ['<=', '<', '=', '!=', '>', '>='];
const truth = ['=', '!='];

/** Every term of Google's table for files, with the operators that it takes. */
const terms: Readonly<Record<string, readonly string[]>> = {
  ...{ name: text, mimeType: text, fullText: ['contains'] },
  ...{ modifiedTime: time, viewedByMeTime: time, createdTime: time, sharedWithMeTime: time },
  ...{ trashed: truth, starred: truth, sharedWithMe: truth },
  ...{ parents: ['in'], owners: ['in'], writers: ['in'], readers: ['in'] },
  ...{ properties: ['has'], appProperties: ['has'] },
  ...{ visibility: truth, 'shortcutDetails.targetId': truth },
};
const truthTerms = new Set(['trashed', 'starred', 'sharedWithMe']);

interface Token {
  readonly kind: 'word' | 'text' | 'sign' | 'end';
  readonly value: string;
  readonly offset: number;
}

export function tokenize(query: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:(?<text>'(?:[^'\\]|\\['\\])*')|(?<sign><=|>=|!=|[=<>(){}])|(?<word>[A-Za-z][A-Za-z0-9_.]*))/y;
  while (pattern.lastIndex < query.trimEnd().length) {
    const start = pattern.lastIndex;
    const groups = pattern.exec(query)?.groups;
    if (!groups) throw new QueryError('cannot be read', start);
    const offset = start + (/\S/.exec(query.slice(start))?.index ?? 0);
    if (groups['text'] !== undefined) {
      tokens.push({ kind: 'text', value: groups['text'].slice(1, -1).replaceAll(/\\(['\\])/g, '$1'), offset });
    } else if (groups['sign'] !== undefined) {
      tokens.push({ kind: 'sign', value: groups['sign'], offset });
    } else {
      tokens.push({ kind: 'word', value: groups['word'] ?? '', offset });
    }
  }
  tokens.push({ kind: 'end', value: '', offset: query.length });
  return tokens;
}

/** Throws QueryError for anything that is not in the language. */
export function parseQuery(query: string): Query {
  const parser = new Parser(tokenize(query));
  const parsed = parser.readChain();
  parser.expect('end');
  return parsed;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  readChain(): Query {
    let left = this.#readUnit();
    for (;;) {
      const kind = this.#takeWord('and') ? 'and' : this.#takeWord('or') ? 'or' : null;
      if (kind === null) return left;
      left = { kind, left, right: this.#readUnit() };
    }
  }

  expect(kind: Token['kind'], value?: string): Token {
    const token = this.#peek();
    if (token.kind !== kind || (value !== undefined && token.value !== value)) {
      throw new QueryError(`${value ?? kind} expected`, token.offset);
    }
    this.#at += 1;
    return token;
  }

  #readUnit(): Query {
    if (this.#takeWord('not')) return { kind: 'not', inner: this.#readUnit() };
    const token = this.#peek();
    if (token.kind === 'sign' && token.value === '(') {
      this.#at += 1;
      const inner = this.readChain();
      this.expect('sign', ')');
      return inner;
    }
    if (token.kind === 'text') return this.#readIn();
    return this.#readTerm();
  }

  /** `'id' in parents` */
  #readIn(): Query {
    const value = this.expect('text').value;
    this.expect('word', 'in');
    const term = this.expect('word');
    this.#checkTerm(term, 'in');
    return { kind: 'compare', term: term.value, op: 'in', value };
  }

  #readTerm(): Query {
    const term = this.expect('word');
    const op = this.#peek();
    this.#at += 1;
    if (op.value === 'in') throw new QueryError(`'in' has its value before it`, op.offset);
    this.#checkTerm(term, op.value);
    if (op.value === 'has') return this.#readHas(term.value);
    const value = this.#peek();
    if (truthTerms.has(term.value)) {
      this.expect('word');
      if (value.value !== 'true' && value.value !== 'false')
        throw new QueryError('true or false expected', value.offset);
      return { kind: 'compare', term: term.value, op: op.value, value: value.value === 'true' };
    }
    this.expect('text');
    if (terms[term.value] === time && Number.isNaN(Date.parse(value.value))) {
      throw new QueryError('a time is expected', value.offset);
    }
    return { kind: 'compare', term: term.value, op: op.value, value: value.value };
  }

  #readHas(term: string): Query {
    this.expect('sign', '{');
    this.expect('word', 'key');
    this.expect('sign', '=');
    const key = this.expect('text').value;
    let value: string | null = null;
    if (this.#takeWord('and')) {
      this.expect('word', 'value');
      this.expect('sign', '=');
      value = this.expect('text').value;
    }
    this.expect('sign', '}');
    return { kind: 'has', term, key, value };
  }

  #checkTerm(term: Token, op: string): void {
    const ops = Object.hasOwn(terms, term.value) ? terms[term.value] : undefined;
    if (!ops) throw new QueryError(`unknown term ${term.value}`, term.offset);
    if (!ops.includes(op)) throw new QueryError(`${term.value} does not take ${op}`, term.offset);
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'word' || token.value !== word) return false;
    this.#at += 1;
    return true;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', value: '', offset: 0 };
  }
}
