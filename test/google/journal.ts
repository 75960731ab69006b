// What was asked of the server and what came of it, in order. Holds no token, code, secret or session URI: sessions
// have short names here.
import type { RequestKind } from './request-kind.ts';

export interface JournalEntry {
  /** 1, 2, … since the start or the last reset. */
  readonly n: number;
  /** Server's clock, ISO. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** Without what gives access: such values read `(hidden)`. */
  readonly query: Readonly<Record<string, string>>;
  readonly kind: RequestKind;
  readonly authorized: boolean;
  /** `s1`, `s2`, …: the upload session. */
  session: string | null;
  fileId: string | null;
  /** First byte that a chunk or download was about. */
  readonly offset: number | null;
  /** Bytes of the session that are kept, after this request. */
  storedBytes: number | null;
  /** Bytes of the body that arrived, and that were sent. */
  requestBytes: number;
  responseBytes: number;
  status: number | null;
  /** Name of the fault that changed this request, as its action's `do`. */
  fault: string | null;
  /** `open` while it is worked on; `reset`: the server cut it; `gone`: the client went away. */
  ended: 'open' | 'answered' | 'reset' | 'gone';
  tookMs: number;
}

const maxEntries = 20_000;
const hiddenParameters = new Set([
  'code',
  'token',
  'access_token',
  'assertion',
  'refresh_token',
  'upload_id',
  'state',
  'client_secret',
  'key',
  'code_challenge',
]);

interface Waiter {
  readonly accepts: (entry: JournalEntry) => boolean;
  readonly resolve: (entry: JournalEntry) => void;
}

export class Journal {
  #entries: JournalEntry[] = [];
  #count = 0;
  readonly #waiters = new Set<Waiter>();

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  add(entry: Omit<JournalEntry, 'n'>): JournalEntry {
    this.#count += 1;
    const added = { ...entry, n: this.#count };
    this.#entries.push(added);
    if (this.#entries.length > maxEntries) this.#entries.splice(0, maxEntries / 10);
    this.changed(added);
    return added;
  }

  /** To be called when a fact of the entry changed: somebody may wait for it. */
  changed(entry: JournalEntry): void {
    for (const waiter of this.#waiters) {
      if (!waiter.accepts(entry)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(entry);
    }
  }

  /** The first entry, past or coming, for which `accepts` is true. Rejects after `timeoutMs`. */
  waitFor(accepts: (entry: JournalEntry) => boolean, timeoutMs: number): Promise<JournalEntry> {
    const there = this.#entries.find(accepts);
    if (there) return Promise.resolve(there);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        const last = this.#entries.slice(-5).map((entry) => `${entry.kind} ${String(entry.status)} ${entry.ended}`);
        reject(new Error(`no such request in ${String(timeoutMs)} ms; the last ones: ${last.join(', ') || 'none'}`));
      }, timeoutMs);
      const waiter: Waiter = {
        accepts,
        resolve: (entry) => {
          clearTimeout(timer);
          resolve(entry);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  clear(): void {
    this.#entries = [];
    this.#count = 0;
  }
}

/** The query as the journal may show it. */
export function toShownQuery(query: URLSearchParams): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of query) shown[name] = hiddenParameters.has(name) ? '(hidden)' : value;
  return shown;
}
