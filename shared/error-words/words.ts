// The shape of an error's words and the safe way to read facts from its context. The words lie in the files beside.
import type { ErrorContext } from '../errors.ts';
import { formatBytes, formatPlural } from '../format.ts';

/** What a button under an error can do. The window maps each to a call or a page. */
export type ActionKind =
  | 'retry'
  | 'sign-in'
  | 'open-google'
  | 'open-connections'
  | 'open-jobs'
  | 'open-checks'
  | 'open-mail'
  | 'open-notifications'
  | 'open-drive'
  | 'open-google-guide'
  | 'open-restore-guide';

export interface Words {
  readonly title: string;
  readonly happened: string;
  readonly toDo: string;
  readonly action?: ActionKind;
}

export type Explain = (facts: Facts) => Words;

/** Reads an error's context, which may lack any value. */
export interface Facts {
  /** The first of these names that is there, as text; otherwise `fallback`. */
  readonly text: (names: string | readonly string[], fallback: string) => string;
  /** `template` with `%` replaced by the value; empty when the value is absent. */
  readonly phrase: (names: string | readonly string[], template: string) => string;
  /** `1 entry`, `3 entries`; `fallback` when the value is no number. */
  readonly plural: (name: string, one: string, many: string, fallback: string) => string;
  /** A size in bytes as people read it; `fallback` when absent. */
  readonly size: (names: string | readonly string[], fallback: string) => string;
  /** `template` with `%` replaced by a size in bytes as people read it; empty when absent. */
  readonly sizePhrase: (names: string | readonly string[], template: string) => string;
  /** `template` with `%` replaced by a point in time as people read it (day and hour, this computer's zone). */
  readonly time: (name: string, fallback: string, template: string) => string;
  /** `host:port`, `host`, or general words. */
  readonly server: () => string;
}

export function createFacts(context: ErrorContext): Facts {
  const find = (names: string | readonly string[]): string | number | boolean | undefined => {
    const list = typeof names === 'string' ? [names] : names;
    const name = list.find((candidate) => Object.hasOwn(context, candidate) && context[candidate] !== '');
    return name === undefined ? undefined : context[name];
  };
  const text: Facts['text'] = (names, fallback) => String(find(names) ?? fallback);
  return {
    text,
    phrase: (names, template) => {
      const value = find(names);
      return value === undefined ? '' : template.replace('%', () => String(value));
    },
    plural: (name, one, many, fallback) => {
      const value = find(name);
      return typeof value === 'number' ? formatPlural(value, one, many) : fallback;
    },
    size: (names, fallback) => {
      const value = find(names);
      return typeof value === 'number' ? formatBytes(value) : fallback;
    },
    sizePhrase: (names, template) => {
      const value = find(names);
      return typeof value === 'number' ? template.replace('%', () => formatBytes(value)) : '';
    },
    time: (name, fallback, template) => {
      const at = Date.parse(String(find(name) ?? ''));
      if (Number.isNaN(at)) return fallback;
      const options = { weekday: 'long', hour: '2-digit', minute: '2-digit' } as const;
      return template.replace('%', () => new Date(at).toLocaleString('en-GB', options));
    },
    server: () => {
      const host = find('host');
      if (host === undefined) return 'the PostgreSQL server';
      const port = find('port');
      return port === undefined ? String(host) : `${String(host)}:${String(port)}`;
    },
  };
}

/** What a program wrote on its way out, as the tail of a sentence. */
export function said(facts: Facts, program: string): string {
  return facts.phrase(['detail', 'stderr', 'problem', 'reason'], ` ${program} said: “%”`);
}
